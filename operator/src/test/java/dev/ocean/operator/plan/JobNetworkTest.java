package dev.ocean.operator.plan;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.Sighting;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.postgres.ServerKey;
import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.testkit.SimulatedApi;
import dev.ocean.operator.testkit.SimulatedWorld;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;

class JobNetworkTest {

    private static final ObjectName CLAIM = new ObjectName(PersistentVolumeClaim.class, "shop", "shop-backups");
    private static final ObjectName TO_SERVER = new ObjectName(NetworkPolicy.class, "shop", "shop-backups-jobs-5433");
    private static final ObjectName TO_NOTHING = new ObjectName(NetworkPolicy.class, "shop", "shop-backups-jobs-none");

    private final SimulatedApi api = new SimulatedWorld().api;

    @BeforeEach
    void aVolume() {
        api.store(claim());
    }

    @Test
    void podsReachNameServersAndTheServersPortAndNobodyReachesThem() {
        start(job("dump-1", "5433"));

        var spec = policy(TO_SERVER).getSpec();
        assertThat(spec.getPodSelector().getMatchLabels())
                .isEqualTo(Map.of(Labels.MANAGED_BY, "ocean", Labels.CLAIM, "shop-backups", Labels.PORT, "5433"));
        assertThat(spec.getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(spec.getIngress()).isEmpty();
        assertThat(spec.getEgress()).allSatisfy(rule -> assertThat(rule.getTo()).isEmpty());
        assertThat(spec.getEgress().stream()
                        .flatMap(rule -> rule.getPorts().stream())
                        .map(port -> port.getProtocol() + " " + port.getPort().getIntVal()))
                .containsExactly("UDP 53", "UDP 5353", "TCP 53", "TCP 5353", "TCP 5433");
    }

    @Test
    void podsWithoutAServerReachNothing() {
        start(job("delete-1", Labels.PORT_NONE));

        assertThat(policy(TO_NOTHING).getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(policy(TO_NOTHING).getSpec().getEgress()).isEmpty();
    }

    @Test
    void noJobRunsWithoutIt() {
        api.failNext(Problem.of(ProblemKind.REFUSED, Reason.OPERATOR_FORBIDDEN, "No."));

        var problem = start(job("dump-1", "5433"));

        assertThat(problem.orElseThrow().reason()).isEqualTo(Reason.OPERATOR_FORBIDDEN);
        assertThat(api.list(Job.class, "shop")).isEmpty();
    }

    @Test
    void manyJobsHaveOneAndItGoesWithTheirVolume() {
        start(job("dump-1", "5433"));
        var first = policy(TO_SERVER);
        start(job("dump-2", "5433"));
        start(job("check-1", Labels.PORT_NONE));

        assertThat(policy(TO_SERVER)).isEqualTo(first);
        assertThat(api.list(NetworkPolicy.class, "shop")).hasSize(2);

        api.remove(CLAIM);
        assertThat(api.list(NetworkPolicy.class, "shop")).isEmpty();
    }

    @Test
    void somebodyElsesStaysAndNoJobIsMade() {
        var theirs = api.store(new NetworkPolicyBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(TO_SERVER.name())
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build());

        var problem = start(job("dump-1", "5433"));

        assertThat(problem.orElseThrow().reason()).isEqualTo(Reason.NAME_CONFLICT);
        assertThat(policy(TO_SERVER)).isEqualTo(theirs);
        assertThat(api.list(Job.class, "shop")).isEmpty();
    }

    @Test
    void whatWasChangedIsMadeAgain() {
        start(job("dump-1", "5433"));
        var asMade = policy(TO_SERVER);
        var opened = new NetworkPolicyBuilder(asMade)
                .editSpec()
                .editPodSelector()
                .addToMatchLabels("never", "set")
                .endPodSelector()
                .endSpec()
                .build();
        api.store(opened);

        start(job("dump-2", "5433"));

        assertThat(policy(TO_SERVER).getSpec()).isEqualTo(asMade.getSpec());
    }

    @Test
    void aVolumeThatIsMadeAgainTakesItOver() {
        start(job("dump-1", "5433"));
        var successor = api.store(new PersistentVolumeClaimBuilder(claim())
                .editMetadata()
                .withUid("another")
                .endMetadata()
                .build());

        start(job("dump-2", "5433"));

        assertThat(policy(TO_SERVER).getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid())
                        .isEqualTo(successor.getMetadata().getUid()));
    }

    private NetworkPolicy policy(ObjectName name) {
        return (NetworkPolicy) api.read(name).orElseThrow();
    }

    private Optional<Problem> start(Job job) {
        var executor = new Executor(api, new LoginProofs(Instant.EPOCH), () -> Instant.EPOCH);
        var owner = new ObjectId("DatabaseBackup", "shop", "nightly", "1");
        var subject = new Subject(
                new ObjectName(Job.class, "shop", "nightly"),
                owner,
                ServerKey.NONE,
                0,
                new Sighting(owner.uid(), Optional.empty()));
        var name = new ObjectName(Job.class, "shop", job.getMetadata().getName());
        return executor.settle(
                        subject,
                        () -> api.read(name),
                        seen -> seen.isPresent() ? Plan.nothing() : Plan.of(List.of(new Step.Create(job))))
                .problem();
    }

    private static Job job(String name, String port) {
        return new JobBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .addToLabels(Labels.CLAIM, CLAIM.name())
                .addToLabels(Labels.PORT, port)
                .endMetadata()
                .build();
    }

    private static PersistentVolumeClaim claim() {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(CLAIM.namespace())
                .withName(CLAIM.name())
                .endMetadata()
                .build();
    }
}
