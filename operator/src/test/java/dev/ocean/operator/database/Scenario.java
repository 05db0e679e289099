package dev.ocean.operator.database;

import com.google.errorprone.annotations.Immutable;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.DeletionPolicy;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.Extension;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec.SecretTemplate;
import dev.ocean.operator.tenancy.Adoption;
import dev.ocean.operator.tenancy.Slot;
import dev.ocean.operator.testkit.SimulatedServer.Offer;
import dev.ocean.operator.testkit.SimulatedServer.Session;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Situations in which a plan is made: what was before, and what happens then. */
enum Scenario {
    CREATE(bench -> {}, bench -> bench.create(Fixtures.wish().spec())),
    CREATE_WITH_EVERYTHING(
            bench -> {
                bench.world.server.superuser = true;
                bench.world.server.offers.add(new Offer("pgcrypto", "1.3", true));
                bench.world.server.offers.add(new Offer("pg_stat_statements", "1.10", false));
                bench.references = Fixtures.withAllowedExtensions(java.util.List.of("pgcrypto", "pg_stat_statements"));
            },
            bench -> bench.create(Fixtures.wish()
                    .withParameters(Map.of(
                            "timezone",
                            "Europe/Berlin",
                            "search_path",
                            "\"$user\", Reporting, public",
                            "work_mem",
                            "8MB"))
                    .withExtensions(
                            new Extension("pgcrypto", "1.3", "crypto"),
                            new Extension("pg_stat_statements", null, "public"))
                    .withSchemas("reporting")
                    .withTemplate(new SecretTemplate(
                            Map.of("team", "a"), Map.of("note", "b"), Map.of("SPRING_DATASOURCE_URL", "{{jdbc-url}}")))
                    .spec())),
    ROTATE(Scenario::ready, Scenario::askForRotation),
    RETIRE(
            bench -> {
                rotated(bench);
                bench.world.server.knownDatabase("shop_orders").contents.put("table strays", "shop_orders__a");
                bench.world.server.knownDatabase("shop_orders").sessions.add(new Session("shop_orders__a", false));
            },
            bench -> bench.wait(Bench.OVERLAP.plusHours(1))),
    ROTATE_INTO_A_RETIRED_LOGIN_THAT_OWNS_ELSEWHERE(
            bench -> {
                rotated(bench);
                bench.world.server.database("attic").contents.put("table old", "shop_orders__a");
                bench.wait(Bench.OVERLAP.plusHours(1));
                bench.converge();
            },
            Scenario::askForRotation),
    RETAIN(
            bench -> {
                bench.create(Fixtures.wish().withPolicy(DeletionPolicy.RETAIN).spec());
                bench.converge();
                bench.world.server.knownDatabase("shop_orders").sessions.add(new Session("shop_orders__a", false));
            },
            Bench::delete),
    RETAIN_WHAT_NEVER_CAME_TO_BE(bench -> bench.world.server.offers.clear(), bench -> {
        bench.create(Fixtures.wish().withPolicy(DeletionPolicy.RETAIN).spec());
        bench.delete();
    }),
    TAKE_BACK(
            Scenario::retained,
            bench -> bench.createAgain("cr-2", Fixtures.wish().spec())),
    TAKE_BACK_AMID_A_ROTATION(
            bench -> {
                rotated(bench);
                bench.delete();
                bench.converge();
            },
            bench -> {
                bench.createAgain("cr-2", Fixtures.wish().spec());
                bench.converge();
                bench.wait(Bench.OVERLAP.plusHours(1));
            }),
    TAKE_OVER_FROM_ONE_WHOSE_FINALIZER_WAS_FORCED_AWAY(
            bench -> {
                rotated(bench);
                bench.forceAway();
            },
            bench -> bench.createAgain("cr-2", Fixtures.wish().spec())),
    TAKE_BACK_FROM_A_LOST_CLUSTER(
            bench -> {
                rotated(bench);
                bench.forceAway();
                ofAnotherCluster(bench);
            },
            bench -> {
                bench.references =
                        Fixtures.adopting(new Adoption(java.util.Set.of("installation-0"), java.util.Set.of()));
                bench.createAgain("cr-2", Fixtures.wish().spec());
            }),
    DROP(
            bench -> {
                bench.create(Fixtures.wish().withPolicy(DeletionPolicy.DELETE).spec());
                bench.converge();
                bench.world.server.knownDatabase("shop_orders").sessions.add(new Session("shop_orders__a", false));
            },
            Bench::delete),
    DROP_AMID_A_ROTATION(
            bench -> {
                bench.create(Fixtures.wish().withPolicy(DeletionPolicy.DELETE).spec());
                bench.converge();
                bench.change(Fixtures.wish()
                        .withPolicy(DeletionPolicy.DELETE)
                        .withRotationAfter(bench.now.plusSeconds(1))
                        .spec());
                bench.wait(Duration.ofMinutes(1));
                bench.converge();
            },
            Bench::delete),
    REPAIR_DRIFT(Scenario::ready, bench -> {
        var database = bench.world.server.knownDatabase("shop_orders");
        database.grants.add("CONNECT ");
        database.grants.add("CREATE neighbour__owner");
        database.limit = 3;
        database.settings.put("TimeZone", "Mars/Olympus");
        database.contents.put("table strays", "shop_orders__a");
        bench.world.server.knownRole("shop_orders__ro").login = true;
        bench.world.server.knownRole("shop_orders__a").settings.put("work_mem", "1GB");
        bench.world.server.knownRole("neighbour__a").memberOf.add("shop_orders__owner");
    }),
    REPAIR_A_DATABASE_GIVEN_AWAY(Scenario::ready, bench -> {
        bench.world.server.knownDatabase("shop_orders").owner = "neighbour__owner";
        bench.world.server.knownDatabase("shop_orders").accepting = false;
    }),
    REPAIR_A_LOGIN_DROPPED_BY_HAND(Scenario::ready, bench -> bench.world.server.roles.remove("shop_orders__a")),
    REPAIR_A_PASSWORD_CHANGED_BY_ITS_TENANT(Scenario::ready, bench -> {
        bench.world.server.knownRole("shop_orders__a").verifier = bench.world.server.knownRole("neighbour__a").verifier;
        bench.wait(Duration.ofHours(2));
    }),
    RENAME_THE_SECRET(
            Scenario::ready,
            bench -> bench.change(Fixtures.wish().withSecretName("login").spec())),
    RENAME_THE_SECRET_AMID_A_ROTATION(
            Scenario::rotated,
            bench -> bench.change(Fixtures.wish().withSecretName("login").spec())),
    REPLACE_A_DELETED_SECRET(
            Scenario::ready,
            bench -> bench.world.api.remove(
                    new dev.ocean.operator.kube.ObjectName(Secret.class, "shop", "orders-credentials"))),
    TAKE_OVER_AN_EDITED_PASSWORD(Scenario::ready, bench -> edit(bench, "password", "chosen-by-a-person")),
    REPAIR_AN_UNUSABLE_PASSWORD(Scenario::ready, bench -> edit(bench, "password", "short")),
    REPAIR_A_FORGED_USERNAME(Scenario::ready, bench -> edit(bench, "username", "postgres")),
    CHANGE_THE_LIMIT(
            Scenario::ready,
            bench -> bench.change(Fixtures.wish().withConnectionLimit(7).spec())),
    RE_POINT(Scenario::ready, bench -> bench.references = Fixtures.on("instance-2", "new.example.org")),
    RE_POINT_TO_A_COPY_WITHOUT_LOGINS(Scenario::ready, bench -> {
        bench.references = Fixtures.on("instance-2", "new.example.org");
        bench.world.server.roles.remove("shop_orders__a");
    }),
    CREATE_OVER_THE_ROLES_OF_A_DROP_THAT_WAS_FORCED_AWAY(
            bench -> {
                bench.create(Fixtures.wish().spec());
                bench.converge();
                bench.forceAway();
                bench.world.server.databases.remove("shop_orders");
            },
            bench -> bench.createAgain("cr-2", Fixtures.wish().spec()));

    private static final Map<Scenario, Bench> PREPARED = new ConcurrentHashMap<>();

    /** Something that is done to a world. */
    @Immutable
    @FunctionalInterface
    interface Deed {
        void to(Bench bench);
    }

    private final Deed given;
    private final Deed then;

    Scenario(Deed given, Deed then) {
        this.given = given;
        this.then = then;
    }

    /** A world with neighbours, in which what was before has come to rest. Prepared once, as each password costs the server's thousands of rounds. */
    Bench prepared() {
        return PREPARED.computeIfAbsent(this, Scenario::prepare).copy();
    }

    private Bench prepare() {
        var bench = new Bench();
        neighbours(bench);
        given.to(bench);
        return bench;
    }

    void happens(Bench bench) {
        then.to(bench);
    }

    /** Whether somebody else is to blame if the Secret does not log in for a while. */
    boolean breaksLogin() {
        return switch (this) {
            case REPAIR_A_LOGIN_DROPPED_BY_HAND,
                    REPAIR_A_PASSWORD_CHANGED_BY_ITS_TENANT,
                    REPLACE_A_DELETED_SECRET,
                    TAKE_OVER_AN_EDITED_PASSWORD,
                    REPAIR_AN_UNUSABLE_PASSWORD,
                    REPAIR_A_FORGED_USERNAME,
                    REPAIR_A_DATABASE_GIVEN_AWAY,
                    RE_POINT_TO_A_COPY_WITHOUT_LOGINS,
                    RETAIN,
                    DROP,
                    DROP_AMID_A_ROTATION,
                    RETAIN_WHAT_NEVER_CAME_TO_BE -> true;
            default -> false;
        };
    }

    private static void ready(Bench bench) {
        bench.create(Fixtures.wish().spec());
        bench.converge();
    }

    private static void askForRotation(Bench bench) {
        bench.wait(Duration.ofMinutes(1));
        bench.change(
                Fixtures.wish().withRotationAfter(bench.now.minusSeconds(1)).spec());
    }

    private static void rotated(Bench bench) {
        ready(bench);
        askForRotation(bench);
        bench.converge();
    }

    private static void retained(Bench bench) {
        ready(bench);
        bench.delete();
        bench.converge();
    }

    private static void ofAnotherCluster(Bench bench) {
        var ours = "installation=installation-1 namespaceUid=namespace-1";
        var theirs = "installation=installation-0 namespaceUid=namespace-0";
        var database = bench.world.server.knownDatabase("shop_orders");
        database.comment = java.util.Objects.requireNonNull(database.comment).replace(ours, theirs);
        bench.world.server.roles.values().stream()
                .filter(role -> role.name.startsWith("shop_orders__"))
                .forEach(role -> role.comment =
                        java.util.Objects.requireNonNull(role.comment).replace(ours, theirs));
    }

    private static void edit(Bench bench, String key, String value) {
        var secret = bench.secret("orders-credentials").orElseThrow();
        secret.getData().put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        bench.world.api.store(secret);
    }

    /** Another tenant, a database without a mark, a role without a mark, somebody's Secret. */
    private static void neighbours(Bench bench) {
        var server = bench.world.server;
        var neighbour = server.database("neighbour");
        neighbour.comment =
                "ocean/1 installation=installation-1 namespaceUid=namespace-2 kind=ManagedDatabase name=other/db uid=cr-9";
        neighbour.grants.clear();
        neighbour.sessions.add(new Session("neighbour__a", false));
        for (var suffix : java.util.List.of("owner", "ro", "rw", "a")) {
            server.role("neighbour__" + suffix).comment = neighbour.comment;
        }
        server.knownRole("neighbour__a").login = true;
        server.knownRole("neighbour__a").verifier = "SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$x:y";
        server.database("legacy").comment = "ocean/1 made by hand";
        server.role("shop_orders_b").comment = "looks like ours";
        bench.world.api.store(new io.fabric8.kubernetes.api.model.SecretBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("somebody-elses")
                .endMetadata()
                .addToData("password", "c2VjcmV0")
                .build());
    }

    static Slot active(Bench bench) {
        return bench.names()
                .slotOf(SimulatedSecrets.value(
                        bench.secret("orders-credentials").orElseThrow(), "username"))
                .orElseThrow();
    }

    /** Reads Secrets as an application does. */
    static final class SimulatedSecrets {
        private SimulatedSecrets() {}

        static String value(Secret secret, String key) {
            return dev.ocean.operator.testkit.SimulatedWorld.decoded(secret).getOrDefault(key, "");
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
