package dev.ocean.sandbox;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Objects from YAML files. */
final class Manifests {

    private final KubernetesClient client;

    Manifests(KubernetesClient client) {
        this.client = client;
    }

    /** {@return the objects of these files, and of the {@code .yaml} files in these directories by name, in this order} */
    List<HasMetadata> read(List<Path> places) {
        var objects = new ArrayList<HasMetadata>();
        for (var place : places) {
            for (var file : files(place)) {
                objects.addAll(objects(file));
            }
        }
        return objects;
    }

    /** Replaces {@code ${NAME}} in values of Secrets: after parsing, so that a value of several lines needs no indentation. */
    static void fill(List<HasMetadata> objects, Map<String, String> values) {
        for (var object : objects) {
            if (object instanceof Secret secret && secret.getStringData() != null) {
                secret.getStringData().replaceAll((key, text) -> filled(text, values));
            }
        }
    }

    /** {@return the first namespace that one of the objects names} */
    static Optional<String> namespace(List<HasMetadata> objects) {
        return objects.stream()
                .flatMap(object -> Stream.ofNullable(object.getMetadata().getNamespace()))
                .findFirst();
    }

    /** Puts objects without a namespace into this one, as {@code kubectl -n} does. */
    void putInto(String namespace, List<HasMetadata> objects) {
        for (var object : objects) {
            if (object.getMetadata().getNamespace() == null && isNamespaced(object)) {
                object.getMetadata().setNamespace(namespace);
            }
        }
    }

    void apply(List<HasMetadata> objects) {
        for (var object : objects) {
            client.resource(object).fieldManager("demo").forceConflicts().serverSideApply();
        }
    }

    private boolean isNamespaced(HasMetadata object) {
        var resources = client.getApiResources(object.getApiVersion());
        return resources != null
                && resources.getResources().stream()
                        .anyMatch(resource -> resource.getKind().equals(object.getKind()) && resource.getNamespaced());
    }

    private List<HasMetadata> objects(Path file) {
        try (var stream = Files.newInputStream(file)) {
            return client.load(stream).items();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read manifest \"" + file + "\"", e);
        }
    }

    private static List<Path> files(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        try (var entries = Files.list(place)) {
            return entries.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list manifests in \"" + place + "\"", e);
        }
    }

    private static String filled(String text, Map<String, String> values) {
        var filled = text;
        for (var value : values.entrySet()) {
            filled = filled.replace("${" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }
}
