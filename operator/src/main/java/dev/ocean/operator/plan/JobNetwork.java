package dev.ocean.operator.plan;

import dev.ocean.operator.kube.ObjectName;
import dev.ocean.operator.kube.ObjectStore;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpecBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the pods of Jobs may connect to: a name server and the port of their PostgreSQL server, at any address, as a NetworkPolicy cannot name a host; to nothing where a
 * script talks to no server. Nobody may connect to them. One for each volume and port, which goes with the volume's claim.
 */
final class JobNetwork {

    /** The second one is where OpenShift's name servers listen behind their Service. */
    private static final List<Integer> NAME_SERVERS = List.of(53, 5353);

    private final Job job;
    private final ObjectStore objects;

    private JobNetwork(Job job, ObjectStore objects) {
        this.job = job;
        this.objects = objects;
    }

    /**
     * Before the Job itself, so that its pod never runs without. Idempotent: a process that dies between the two leaves a policy that the next pass finds.
     *
     * @throws Blocked {@code NameConflict} for a policy of that name that is not ours, which stays as it is
     */
    static void confine(Job job, ObjectStore objects) {
        new JobNetwork(job, objects).settle();
    }

    private void settle() {
        var wanted = wanted();
        var name = name(NetworkPolicy.class, wanted.getMetadata().getName());
        var seen = objects.read(name).map(NetworkPolicy.class::cast);
        if (seen.isPresent() && !isOurs(seen.get())) {
            throw Blocked.by(
                    ProblemKind.INVALID,
                    Reason.NAME_CONFLICT,
                    "NetworkPolicy '" + name.name()
                            + "' exists and is not Ocean's. Delete it, or make it again under another name.");
        }
        if (seen.filter(policy -> isAs(policy, wanted)).isPresent()) {
            return;
        }
        // Ours, by its label, and it holds nothing: what it says is said again a moment later.
        seen.ifPresent(policy -> objects.delete(name, policy.getMetadata().getUid()));
        objects.create(wanted);
    }

    private static boolean isOurs(NetworkPolicy policy) {
        var labels = Optional.ofNullable(policy.getMetadata().getLabels()).orElse(Map.of());
        return Labels.MANAGER.equals(labels.get(Labels.MANAGED_BY));
    }

    private static boolean isAs(NetworkPolicy seen, NetworkPolicy wanted) {
        return seen.getSpec().equals(wanted.getSpec())
                && seen.getMetadata()
                        .getOwnerReferences()
                        .equals(wanted.getMetadata().getOwnerReferences());
    }

    private NetworkPolicy wanted() {
        return new NetworkPolicyBuilder()
                .withNewMetadata()
                .withNamespace(job.getMetadata().getNamespace())
                .withName(ResourceNames.jobNetwork(claim(), port()))
                .withLabels(Map.of(
                        Labels.MANAGED_BY,
                        Labels.MANAGER,
                        Labels.NAME,
                        "jobs",
                        Labels.CLAIM,
                        claim(),
                        Labels.PORT,
                        port()))
                .withOwnerReferences(owners())
                .endMetadata()
                .withSpec(spec())
                .build();
    }

    private List<OwnerReference> owners() {
        return objects.read(name(PersistentVolumeClaim.class, claim())).stream()
                .map(claim -> new OwnerReferenceBuilder()
                        .withApiVersion(claim.getApiVersion())
                        .withKind(claim.getKind())
                        .withName(claim.getMetadata().getName())
                        .withUid(claim.getMetadata().getUid())
                        .build())
                .toList();
    }

    private NetworkPolicySpec spec() {
        return new NetworkPolicySpecBuilder()
                .withNewPodSelector()
                .addToMatchLabels(Labels.MANAGED_BY, Labels.MANAGER)
                .addToMatchLabels(Labels.CLAIM, claim())
                .addToMatchLabels(Labels.PORT, port())
                .endPodSelector()
                .withPolicyTypes("Ingress", "Egress")
                .withEgress(egress())
                .build();
    }

    private List<NetworkPolicyEgressRule> egress() {
        if (port().equals(Labels.PORT_NONE)) {
            return List.of();
        }
        var names = new NetworkPolicyEgressRuleBuilder();
        for (var protocol : List.of("UDP", "TCP")) {
            NAME_SERVERS.forEach(port -> names.addToPorts(port(protocol, port)));
        }
        var server = new NetworkPolicyEgressRuleBuilder()
                .withPorts(port("TCP", Integer.valueOf(port())))
                .build();
        return List.of(names.build(), server);
    }

    private static NetworkPolicyPort port(String protocol, Integer port) {
        return new NetworkPolicyPort(null, new IntOrString(port), protocol);
    }

    private String claim() {
        return label(Labels.CLAIM);
    }

    private String port() {
        return label(Labels.PORT);
    }

    /** One that every Job of ours has. */
    private String label(String key) {
        return Objects.requireNonNull(job.getMetadata().getLabels().get(key), key);
    }

    private ObjectName name(Class<? extends HasMetadata> type, String name) {
        return new ObjectName(type, job.getMetadata().getNamespace(), name);
    }
}
