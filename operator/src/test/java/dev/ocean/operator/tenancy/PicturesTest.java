package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.testkit.SimulatedServer.Session;
import dev.ocean.operator.testkit.SimulatedWorld;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class PicturesTest {

    private static final ServerKey KEY = new ServerKey("i-1");
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final TenantNames NAMES = new TenantNames(SqlIdentifier.of("d"));
    private static final String MARK = "ocean/1 installation=i namespaceUid=n kind=ManagedDatabase name=a/d uid=u";

    private final SimulatedWorld world = new SimulatedWorld();
    private final Pictures pictures = new Pictures();

    @BeforeEach
    void aTenant() {
        world.server.database("d").comment = MARK;
        world.server.role("d__owner").comment = MARK;
    }

    @Test
    void theFirstPictureChangesNothing() {
        assertThat(pictures.keep(KEY, world.picture(), NOW)).isEmpty();
    }

    @Test
    void tellsWhatAppearedChangedAndWent() {
        pictures.keep(KEY, world.picture(), NOW);
        world.server.database("new");
        world.server.knownDatabase("d").limit = 7;
        world.server.roles.remove("d__owner");

        assertThat(pictures.keep(KEY, world.picture(), NOW)).containsExactly("d", "d__owner", "new");
    }

    @Test
    void sameFactsAreNoChange() {
        pictures.keep(KEY, world.picture(), NOW);
        world.server.knownDatabase("d").sessions.add(new Session("somebody", true));

        assertThat(pictures.keep(KEY, world.picture(), NOW)).isEmpty();
    }

    /** Else each look of a pass would wake its own database a minute later. */
    @Test
    void whatALookMergedIsNoChange() {
        pictures.keep(KEY, world.picture(), NOW);
        world.server.knownDatabase("d").limit = 7;
        world.server.knownDatabase("d").contents.put("table t", "d__owner");
        world.server.knownDatabase("d").sessions.add(new Session("somebody", true));
        world.server.role("d__b");
        pictures.merge(KEY, NAMES, ServerPicture.read(world.server.tenant(NAMES)));

        assertThat(pictures.keep(KEY, world.picture(), NOW)).isEmpty();
    }

    @Test
    void aLookForgetsWhatItDidNotFind() {
        pictures.keep(KEY, world.picture(), NOW);
        world.server.databases.remove("d");
        world.server.roles.remove("d__owner");
        pictures.merge(KEY, NAMES, ServerPicture.read(world.server.tenant(NAMES)));

        assertThat(pictures.recent(KEY, NOW).orElseThrow().only(NAMES).databases())
                .isEmpty();
        assertThat(pictures.recent(KEY, NOW).orElseThrow().only(NAMES).roles()).isEmpty();
        assertThat(pictures.recent(KEY, NOW).orElseThrow().databases()).containsKey("postgres");
    }

    @Test
    void aLookAloneIsNoPicture() {
        pictures.merge(KEY, NAMES, ServerPicture.read(world.server.tenant(NAMES)));

        assertThat(pictures.recent(KEY, NOW)).isEmpty();
    }

    @Test
    void anOldPictureIsHistory() {
        pictures.keep(KEY, world.picture(), NOW);

        assertThat(pictures.recent(KEY, NOW.plus(Duration.ofMinutes(3)).minusMillis(1)))
                .isPresent();
        assertThat(pictures.recent(KEY, NOW.plus(Duration.ofMinutes(3)))).isEmpty();
    }

    @Test
    void aForgottenServerHasNone() {
        pictures.keep(KEY, world.picture(), NOW);
        pictures.forget(KEY);

        assertThat(pictures.recent(KEY, NOW)).isEmpty();
    }
}
