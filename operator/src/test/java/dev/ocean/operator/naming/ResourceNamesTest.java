package dev.ocean.operator.naming;

import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class ResourceNamesTest {

    @Test
    void areStable() {
        assertThat(ResourceNames.credentials("orders")).isEqualTo("orders-credentials");
        assertThat(ResourceNames.hash("shop/orders"))
                .isEqualTo(ResourceNames.hash("shop/orders"))
                .matches("[0-9a-f]{8}");
    }

    @Test
    void areCutWithAHashThatKeepsThemApart() {
        var one = ResourceNames.credentials("x".repeat(60) + "a");
        var other = ResourceNames.credentials("x".repeat(60) + "b");

        assertThat(one).hasSize(63).endsWith("-credentials").isNotEqualTo(other);
        assertThat(ResourceNames.credentials("x".repeat(51)))
                .hasSize(63)
                .doesNotContain(ResourceNames.hash("x".repeat(51)));
        assertThat(ResourceNames.credentials("x".repeat(52))).hasSize(63).contains(ResourceNames.hash("x".repeat(52)));
    }

    @Test
    void networksOfJobsSayClaimAndPort() {
        assertThat(ResourceNames.jobNetwork("shop-backups", "5432")).isEqualTo("shop-backups-jobs-5432");
        assertThat(ResourceNames.jobNetwork("x".repeat(70), "5432")).hasSize(63).endsWith("-jobs-5432");
    }

    /** Whatever the name's length: it tells one object from its successor, and the login's name tells the backup's. */
    @Test
    void aLastBackupHasItsDatabasesUidInItsName() {
        var uid = "1a2b3c4d-0000-4000-8000-000000000001";
        var cut = ResourceNames.finalBackup("x".repeat(63), uid);

        assertThat(ResourceNames.finalBackup("orders", uid)).isEqualTo("orders-final-1a2b3c4d");
        assertThat(cut).hasSize(63).endsWith("-final-1a2b3c4d");
        assertThat(ResourceNames.finalBackup("x".repeat(62) + "y", uid)).isNotEqualTo(cut);
        assertThat(ResourceNames.finalLogin("orders-final-1a2b3c4d")).isEqualTo("orders-final-1a2b3c4d-login");
        assertThat(ResourceNames.finalLogin(cut)).hasSize(63).endsWith("-login");
    }
}
