package dev.ocean.operator.kube;

import dev.ocean.operator.report.Blocked;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The API server by way of the fabric8 client. */
public final class KubernetesObjects implements ObjectStore {

    private static final PatchContext MERGE =
            new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

    private static final String METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    private final KubernetesClient client;
    private final Set<String> namespaces;

    /** @param namespaces that the operator serves; empty for all */
    public KubernetesObjects(KubernetesClient client, Set<String> namespaces) {
        this.client = client;
        this.namespaces = Set.copyOf(namespaces);
    }

    @Override
    public Optional<HasMetadata> read(ObjectName name) {
        return asked("read", name, () -> Optional.ofNullable(resource(name).get()));
    }

    @Override
    public boolean isDefinitionGoing(Class<? extends HasMetadata> type) {
        var name = ObjectName.ofCluster(CustomResourceDefinition.class, HasMetadata.getFullResourceName(type));
        return asked("read", name, () -> readMetadata(name))
                .filter(definition -> definition.getDeletionTimestamp() == null)
                .isEmpty();
    }

    /** Of a large object only that: a definition is some ten kilobytes of schema, and it is asked for before every DROP. */
    private Optional<ObjectMeta> readMetadata(ObjectName name) {
        var response = send(client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl() + path(name).substring(1)))
                .header("Accept", METADATA_ONLY)
                .timeout(client.getConfiguration().getRequestTimeout(), TimeUnit.MILLISECONDS)
                .build());
        if (response.code() == HttpURLConnection.HTTP_NOT_FOUND) {
            return Optional.empty();
        }
        var metadata = response.isSuccessful()
                ? client.getKubernetesSerialization()
                        .unmarshal(response.body(), GenericKubernetesResource.class)
                        .getMetadata()
                : null;
        if (metadata == null) {
            throw new KubernetesClientException("cannot read metadata", response.code(), null);
        }
        return Optional.of(metadata);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.getHttpClient().sendAsync(request, String.class).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted", e);
        } catch (ExecutionException | CancellationException e) {
            throw new KubernetesClientException("no answer", e);
        }
    }

    @Override
    public <T extends HasMetadata> List<T> list(Class<T> type, String namespace) {
        return list(type, namespace, Map.of());
    }

    @Override
    public <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels) {
        return asked("list", new ObjectName(type, namespace, "*"), () -> client.resources(type)
                .inNamespace(namespace)
                .withLabels(labels)
                .list()
                .getItems());
    }

    @Override
    public <T extends HasMetadata> List<T> listAll(Class<T> type) {
        if (namespaces.isEmpty()) {
            return asked(
                    "list",
                    new ObjectName(type, "*", "*"),
                    () -> client.resources(type).inAnyNamespace().list().getItems());
        }
        return namespaces.stream()
                .flatMap(namespace -> list(type, namespace).stream())
                .toList();
    }

    @Override
    public void create(HasMetadata object) {
        var metadata = object.getMetadata();
        asked(
                "create",
                new ObjectName(object.getClass(), metadata.getNamespace(), metadata.getName()),
                () -> client.resource(object).create());
    }

    @Override
    public void patch(ObjectName name, Map<String, Object> patch) {
        var json = client.getKubernetesSerialization().asJson(patch);
        asked("patch", name, () -> resource(name).patch(MERGE, json));
    }

    @Override
    public void delete(ObjectName name, Sighting sighting) {
        var onlyThisOne = new DeleteOptionsBuilder()
                .withNewPreconditions()
                .withUid(sighting.uid())
                .withResourceVersion(sighting.resourceVersion().orElse(null))
                .endPreconditions()
                // A Job is gone when its pod is: until then that pod may still write.
                .withPropagationPolicy(name.type().equals(Job.class) ? "Foreground" : null)
                .build();
        asked("delete", name, () -> {
            try {
                return client.raw(path(name), "DELETE", onlyThisOne);
            } catch (KubernetesClientException e) {
                if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                    return "";
                }
                throw e;
            }
        });
    }

    private static String path(ObjectName name) {
        var group = HasMetadata.getGroup(name.type());
        var version = HasMetadata.getVersion(name.type());
        var root = group == null || group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
        var scope = name.namespace().isEmpty() ? "/" : "/namespaces/" + name.namespace() + "/";
        return root + scope + HasMetadata.getPlural(name.type()) + "/" + name.name();
    }

    @SuppressWarnings("unchecked") // A wildcard of the client's own making: what it reads by a class is of that class.
    private Resource<HasMetadata> resource(ObjectName name) {
        var resources = client.resources((Class<HasMetadata>) name.type());
        return name.namespace().isEmpty()
                ? resources.withName(name.name())
                : resources.inNamespace(name.namespace()).withName(name.name());
    }

    private static <T> T asked(String verb, ObjectName name, Supplier<T> request) {
        try {
            return request.get();
        } catch (KubernetesClientException e) {
            throw new Blocked(KubeErrors.problem(verb, name, e), e);
        }
    }
}
