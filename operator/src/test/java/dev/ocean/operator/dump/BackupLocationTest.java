package dev.ocean.operator.dump;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BackupLocationTest {

    private static final String UID = "1a2b3c4d-0000-4000-8000-00000000000f";
    private static final Instant CREATED = Instant.parse("2026-11-22T03:00:00Z");

    @Test
    void isMadeOfCreationTimeAndUid() {
        assertThat(BackupLocation.of("shop", "orders.v2", CREATED, UID).path())
                .isEqualTo("shop/orders.v2/20261122T030000Z-1a2b3c4d");
    }

    @Test
    void isReadBackFromAStatus() {
        assertThat(BackupLocation.fromStatus("shop/orders/20261122T030000Z-1a2b3c4d", CREATED, UID, Optional.empty()))
                .contains(new BackupLocation("shop", "orders", "20261122T030000Z-1a2b3c4d"));
    }

    @Test
    void ofAnImportEndsAsTheSpecificationSays() {
        var directory = "20261122T030000Z-99999999";

        assertThat(BackupLocation.fromStatus("shop/orders/" + directory, CREATED, UID, Optional.of(directory)))
                .isPresent();
        assertThat(BackupLocation.fromStatus(
                        "shop/orders/20261122T030000Z-1a2b3c4d", CREATED, UID, Optional.of(directory)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "orders/20261122T030000Z-1a2b3c4d",
                "/shop/orders/20261122T030000Z-1a2b3c4d",
                "shop/orders/20261122T030000Z-1a2b3c4d/",
                "shop/orders/20261122T030000Z-1a2b3c4d/x",
                "../orders/20261122T030000Z-1a2b3c4d",
                "shop/../20261122T030000Z-1a2b3c4d",
                "shop/./20261122T030000Z-1a2b3c4d",
                "shop//20261122T030000Z-1a2b3c4d",
                "-shop/orders/20261122T030000Z-1a2b3c4d",
                "shop/orders/20261122T030000Z-1a2b3c4d\n",
                "shop/or\nders/20261122T030000Z-1a2b3c4d",
                "Shop/orders/20261122T030000Z-1a2b3c4d",
                "shop/orders/20261122T030000Z-1A2B3C4D",
                "shop/orders/20261122T030000Z-99999999",
                "shop/orders/20261121T030000Z-1a2b3c4d",
                "shop/orders/.partial-1a2b3c4d-0000-4000-8000-00000000000f",
                "shop/orders/2026112T0030000Z-1a2b3c4d"
            })
    void refusesAForgedStatus(String path) {
        assertThat(BackupLocation.fromStatus(path, CREATED, UID, Optional.empty()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", "a b", "a\0", "ü"})
    void hasNoOtherNames(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackupLocation(name, "orders", "20261122T030000Z-1a2b3c4d"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackupLocation("shop", name, "20261122T030000Z-1a2b3c4d"));
        assertThatIllegalArgumentException().isThrownBy(() -> new BackupLocation("shop", "orders", name));
    }
}
