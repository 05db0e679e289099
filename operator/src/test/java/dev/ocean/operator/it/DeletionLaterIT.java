package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.PostgresInstance;
import dev.ocean.operator.api.v1beta1.Project;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;

/** Deletions that nobody saw happen: the operator came later. */
class DeletionLaterIT {

    @RegisterExtension
    final Scene scene = new Scene();

    @Test
    void whatWasDeletedWhileNobodyWorkedIsCleanedUpLater() {
        var space = scene.shop();
        var plain = space.readyDatabase("plain").database();
        var dropped = space.readyDatabase("dropped", "deletionPolicy: Delete").database();
        scene.platform().withoutOperator();

        space.delete(Project.class, "shop");
        space.delete(PostgresInstance.class, "main");
        space.delete(ManagedDatabase.class, "dropped");
        space.delete(ManagedDatabase.class, "plain");
        scene.platform().operator();

        space.awaitGone(ManagedDatabase.class, "plain");
        space.awaitGone(ManagedDatabase.class, "dropped");
        space.awaitGone(Project.class, "shop");
        space.awaitGone(PostgresInstance.class, "main");
        assertThat(Sql.ask(
                        scene.server(),
                        "SELECT datname FROM pg_database WHERE datname IN ('" + plain + "', '" + dropped + "')"))
                .as("the Project was deleted first, and its default is Delete")
                .isEmpty();
    }

    /** The two minutes, here seconds, are counted from the objects, not from the process. */
    @Test
    void aNamespaceIsLetGoByAnOperatorThatCameLater() {
        var space = scene.shop();
        var plain = space.readyDatabase("plain").database();
        var dropped = space.readyDatabase("dropped", "deletionPolicy: Delete").database();
        scene.platform().withoutOperator();
        space.deleteSecret(Space.ADMIN_SECRET);
        space.user().namespaces().withName(space.namespace()).delete();

        scene.platform().operator();

        space.awaitNothingOfOurs();
        assertThat(Sql.ask(
                        scene.server(),
                        "SELECT datallowconn FROM pg_database WHERE datname IN ('" + plain + "', '" + dropped + "')"))
                .as("nobody could get in, so nothing was touched")
                .containsExactly("t", "t");
        sweep(plain);
        sweep(dropped);
    }

    /** By hand: nobody does it for you. */
    private void sweep(String database) {
        var server = scene.server();
        Sql.run(server, "DROP DATABASE IF EXISTS \"" + database + "\" WITH (FORCE)");
        Sql.ask(server, "SELECT rolname FROM pg_roles WHERE starts_with(rolname, '" + database + "__')")
                .forEach(role -> Sql.run(server, "DROP ROLE \"" + role + "\""));
    }
}
