package dev.ocean.sandbox.node;

import dev.ocean.sandbox.process.ServiceUser;
import dev.ocean.sandbox.process.Workspace;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import static java.util.Map.entry;

/**
 * Provisions claims of the default storage class as directories, as an external provisioner does: it makes the volume, the control plane binds it, and a volume whose claim is gone goes with all that is in it.
 *
 * @see <a href="https://github.com/kubernetes-sigs/sig-storage-lib-external-provisioner">the library of external provisioners</a>
 */
final class ClaimVolumes implements AutoCloseable {

    private static final String CLASS = "standard";
    // Set by the scheduler when it has chosen a node for the first pod of the claim.
    private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    private final KubernetesClient client;
    private final String node;
    private final Map<String, Workspace> workspaces = new ConcurrentHashMap<>();

    ClaimVolumes(KubernetesClient client, String node) {
        this.client = client;
        this.node = node;
    }

    /** Makes the storage class and begins to serve it. */
    void start() {
        var yaml = client.getKubernetesSerialization();
        client.resource(new Template("storage-class.yaml").with(Map.of(), StorageClass.class, yaml))
                .serverSideApply();
        // What fails is tried again at the next resync.
        client.persistentVolumeClaims()
                .inAnyNamespace()
                .inform(new Seen<>(this::provision, gone -> {}), Seen.RESYNC_MILLIS);
        client.persistentVolumes().inform(new Seen<>(this::reclaim, this::remove), Seen.RESYNC_MILLIS);
    }

    /** {@return the directory of a bound claim; empty if it is not bound, or to a volume that is none of ours} */
    Optional<Path> directory(String namespace, String claim) {
        return Optional.ofNullable(client.persistentVolumeClaims()
                        .inNamespace(namespace)
                        .withName(claim)
                        .get())
                .filter(found -> found.getStatus() != null
                        && "Bound".equals(found.getStatus().getPhase()))
                .flatMap(found ->
                        Optional.ofNullable(workspaces.get(found.getSpec().getVolumeName())))
                .map(ClaimVolumes::content);
    }

    private void provision(PersistentVolumeClaim claim) {
        var annotations =
                Optional.ofNullable(claim.getMetadata().getAnnotations()).orElseGet(Map::of);
        if (!CLASS.equals(claim.getSpec().getStorageClassName())
                || !"Filesystem".equals(claim.getSpec().getVolumeMode())
                || claim.getSpec().getVolumeName() != null
                || !node.equals(annotations.get(SELECTED_NODE))) {
            return;
        }
        // Of the claim's UID: whoever comes second, be it a resync, finds it made.
        var name = "pvc-" + claim.getMetadata().getUid();
        var workspace = workspaces.computeIfAbsent(name, absent -> newWorkspace());
        client.resource(volume(name, claim, content(workspace))).serverSideApply();
    }

    private static Workspace newWorkspace() {
        var workspace = Workspace.create("sandbox-volume");
        var content = workspace.privateDirectory("content");
        ServiceUser.instead().ifPresent(user -> ServiceUser.own(content, user));
        return workspace;
    }

    private static Path content(Workspace workspace) {
        return workspace.resolve("content");
    }

    private void reclaim(PersistentVolume volume) {
        var released = volume.getStatus() != null
                && "Released".equals(volume.getStatus().getPhase());
        if (released
                && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())
                && workspaces.containsKey(volume.getMetadata().getName())) {
            client.resource(volume).delete();
        }
    }

    private void remove(PersistentVolume volume) {
        Optional.ofNullable(workspaces.remove(volume.getMetadata().getName())).ifPresent(Workspace::close);
    }

    private PersistentVolume volume(String name, PersistentVolumeClaim claim, Path directory) {
        var values = Map.ofEntries(
                entry("NAME", name),
                entry("CLAIM_NAMESPACE", claim.getMetadata().getNamespace()),
                entry("CLAIM_NAME", claim.getMetadata().getName()),
                entry("CLAIM_UID", claim.getMetadata().getUid()),
                entry("DIRECTORY", directory.toString()),
                entry("NODE", node));
        var volume =
                new Template("volume.yaml").with(values, PersistentVolume.class, client.getKubernetesSerialization());
        volume.getSpec().setAccessModes(claim.getSpec().getAccessModes());
        volume.getSpec().setCapacity(claim.getSpec().getResources().getRequests());
        return volume;
    }

    @Override
    public void close() {
        workspaces.values().forEach(Workspace::close);
    }
}
