package dev.ocean.e2e;

import dev.ocean.e2e.platform.OnPlatform;
import dev.ocean.e2e.platform.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import static org.assertj.core.api.Assertions.assertThat;

/** Who holds the cluster's own roles may do with Ocean's kinds what the roles' names say. */
@ExtendWith(OnPlatform.class)
class DeveloperRightsE2E {

    @Test
    void editWritesDatabasesButNeitherInstancesNorProjectsNorStatuses(Scene scene) {
        scene.giveInstanceAndProject();
        var developer = scene.developer();
        scene.giveDatabase("orders", "");

        assertThat(developer.applyRefused(
                        scene.example("quickstart/instance.yaml").replace("main", "mine")))
                .contains("forbidden");
        assertThat(developer.applyRefused(
                        scene.example("quickstart/project.yaml").replace("shop", "mine")))
                .contains("forbidden");
        assertThat(developer.refused(
                        "patch",
                        "odb",
                        "orders",
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\":{\"activeLogin\":\"postgres\"}}"))
                .contains("forbidden");
        assertThat(developer.may("update", "manageddatabases.ocean.dev", "finalizers"))
                .isFalse();
        developer.kubectl("delete", "odb", "orders", "--timeout=60s");
    }

    @Test
    void whatOceanAddsToEditGivesNoSecrets(Scene scene) {
        var user = scene.newUser(scene.namespace(), "ocean-operator-edit");

        assertThat(user.may("create", "manageddatabases.ocean.dev")).isTrue();
        assertThat(user.may("delete", "manageddatabases.ocean.dev")).isTrue();
        assertThat(user.may("get", "secrets")).isFalse();
        assertThat(user.may("create", "secrets")).isFalse();
        assertThat(user.may("create", "postgresinstances.ocean.dev")).isFalse();
    }

    @Test
    void viewReadsAndWritesNothing(Scene scene) {
        var user = scene.newUser(scene.namespace(), "view");

        assertThat(user.may("list", "manageddatabases.ocean.dev")).isTrue();
        assertThat(user.may("list", "postgresinstances.ocean.dev")).isTrue();
        assertThat(user.may("create", "manageddatabases.ocean.dev")).isFalse();
        assertThat(user.may("get", "secrets")).isFalse();
    }

    @Test
    void nobodyButTheOperatorWritesAStatus(Scene scene) {
        for (var kind : new String[] {"manageddatabases", "projects", "postgresinstances"}) {
            assertThat(scene.platformTeam().may("patch", kind + ".ocean.dev", "status"))
                    .as(kind)
                    .isFalse();
            assertThat(scene.platformTeam().may("patch", kind + ".ocean.dev"))
                    .as(kind)
                    .isTrue();
        }
    }
}
