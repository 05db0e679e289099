package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.testkit.Seeds;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;

/** Everything is deleted, in whatever order: it ends, or each object that is left says what it waits for and the way out, and that way out works. */
class DeletionOrdersIT {

    private static final List<Class<? extends CustomResource<?, ?>>> KINDS =
            List.of(ManagedDatabase.class, Project.class, PostgresInstance.class);

    @RegisterExtension
    final Scene scene = new Scene();

    /** What a person, or a tool that prunes, deletes. */
    enum Deed {
        PLAIN,
        DROPPED,
        PROJECT,
        INSTANCE,
        ADMIN_SECRET,
        CREDENTIALS,
        NAMESPACE
    }

    private static void happens(Deed deed, Space space) {
        switch (deed) {
            case PLAIN -> space.delete(ManagedDatabase.class, "plain");
            case DROPPED -> space.delete(ManagedDatabase.class, "dropped");
            case PROJECT -> space.delete(Project.class, "shop");
            case INSTANCE -> space.delete(PostgresInstance.class, "main");
            case ADMIN_SECRET -> space.deleteSecret(Space.ADMIN_SECRET);
            case CREDENTIALS -> space.deleteSecret("plain-credentials");
            case NAMESPACE ->
                space.user().namespaces().withName(space.namespace()).delete();
        }
    }

    static LongStream seeds() {
        return Seeds.of(8);
    }

    /** Without the namespace the Secret may be missing for ever: then its absence is named, and giving up helps. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("seeds")
    void anyOrderEndsOrNamesWhatItWaitsForAndTheWayOut(long seed) {
        var random = new Random(seed);
        var deeds = new ArrayList<>(List.of(Deed.values()));
        if (random.nextBoolean()) {
            deeds.remove(Deed.NAMESPACE);
        }
        Collections.shuffle(deeds, random);
        var space = scene.shop();
        var names = List.of(
                space.readyDatabase("plain").database(),
                space.readyDatabase("dropped", "deletionPolicy: Delete").database());

        for (var deed : deeds) {
            happens(deed, space);
            if (random.nextInt(3) == 0) {
                pause(Duration.ofMillis(random.nextInt(800)));
            }
        }

        Space.eventually("it has ended, or says what it waits for; " + deeds, () -> assertSettled(space));
        giveUp(space);
        Space.eventually(
                "all is gone; " + deeds,
                () -> KINDS.forEach(
                        kind -> assertThat(space.all(kind)).as(deeds.toString()).isEmpty()));
        names.forEach(this::sweep);
    }

    /** How quickly things follow each other is part of the order. */
    private static void pause(Duration time) {
        org.awaitility.Awaitility.await("a moment").pollDelay(time).until(() -> true);
    }

    private static void assertSettled(Space space) {
        for (var kind : KINDS) {
            for (var object : space.all(kind)) {
                var name = object.getMetadata().getName();
                assertThat(object.getMetadata().getDeletionTimestamp())
                        .as("%s %s", kind.getSimpleName(), name)
                        .isNotNull();
                assertThat(held(space, kind, name))
                        .as("%s %s", kind.getSimpleName(), name)
                        .contains("ocean.dev/abandon");
            }
        }
    }

    private static String held(Space space, Class<? extends CustomResource<?, ?>> kind, String name) {
        var condition =
                switch (kind.getSimpleName()) {
                    case "ManagedDatabase" -> space.condition(ManagedDatabase.class, name, "DeletionBlocked");
                    case "Project" -> space.condition(Project.class, name, "DeletionBlocked");
                    default -> space.condition(PostgresInstance.class, name, "DeletionBlocked");
                };
        return condition.map(found -> found.getMessage()).orElse("");
    }

    /** What the messages say; databases alone, as the others go on by themselves. */
    private static void giveUp(Space space) {
        for (var database : space.all(ManagedDatabase.class)) {
            try {
                space.patch(
                        ManagedDatabase.class,
                        database.getMetadata().getName(),
                        "metadata: {annotations: {ocean.dev/abandon: \"true\"}}");
            } catch (KubernetesClientException e) {
                // It went meanwhile.
            }
        }
    }

    /** Nothing but what is ours, and only if it is kept or was given up: the next test starts clean. */
    private void sweep(String database) {
        var server = scene.server();
        Sql.run(server, "DROP DATABASE IF EXISTS \"" + database + "\" WITH (FORCE)");
        Sql.ask(server, "SELECT rolname FROM pg_roles WHERE starts_with(rolname, '" + database + "__')")
                .forEach(role -> Sql.run(server, "DROP ROLE \"" + role + "\""));
    }
}
