package dev.ocean.operator.it;

import dev.ocean.operator.api.v1beta1.Project;
import dev.ocean.operator.kube.KubernetesObjects;
import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.Sighting;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What only a real API server can tell: preconditions, and the metadata of a definition. */
class KubernetesObjectsIT {

    @RegisterExtension
    final Scene scene = new Scene();

    private final KubernetesObjects objects =
            new KubernetesObjects(Platform.shared().user(), Set.of());

    /** A kind that nobody defined. */
    @Group("ocean.dev")
    @Version("v1beta1")
    static final class Unheard extends CustomResource<Void, Void> {}

    @Test
    void whatChangedSinceItWasSeenIsNotDeletedAndAnotherOfItsNameNeither() {
        var name = new ObjectName(ConfigMap.class, scene.space().namespace(), "seen");
        objects.create(new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(name.namespace())
                .withName(name.name())
                .endMetadata()
                .build());
        var before = Sighting.unchanged(objects.read(name).orElseThrow());
        objects.patch(name, Map.of("data", Map.of("pinned", "true")));

        assertConflict(name, before);
        assertConflict(name, new Sighting("00000000-0000-4000-8000-000000000000", Optional.empty()));

        objects.delete(name, Sighting.unchanged(objects.read(name).orElseThrow()));
        assertThat(objects.read(name)).isEmpty();
        objects.delete(name, before);
    }

    private void assertConflict(ObjectName name, Sighting sighting) {
        assertThatThrownBy(() -> objects.delete(name, sighting))
                .isInstanceOfSatisfying(
                        Blocked.class,
                        blocked -> assertThat(blocked.problem().kind()).isEqualTo(ProblemKind.CONFLICT));
        assertThat(objects.read(name)).isPresent();
    }

    @Test
    void aDefinitionIsThereOrGoing() {
        assertThat(objects.isDefinitionGoing(Project.class)).isFalse();
        assertThat(objects.isDefinitionGoing(Unheard.class)).isTrue();
    }
}
