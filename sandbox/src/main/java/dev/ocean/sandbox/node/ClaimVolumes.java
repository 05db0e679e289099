package dev.ocean.sandbox.node;

import dev.ocean.sandbox.process.ServiceUser;
import dev.ocean.sandbox.process.Workspace;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Provisions claims of the default storage class as directories, as an external provisioner does: it makes the volume, the control plane binds it, and a volume whose claim is gone goes with all that is in it.
 *
 * @see <a href="https://github.com/kubernetes-sigs/sig-storage-lib-external-provisioner">the library of external provisioners</a>
 */
final class ClaimVolumes implements AutoCloseable {

    private static final String CLASS = "standard";
    private static final String PROVISIONER = "sandbox.local/directory";
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
        client.resource(storageClass()).serverSideApply();
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
        try {
            client.resource(volume(name, claim, content(workspace))).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
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
        if (released && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy()) && isOurs(volume)) {
            client.resource(volume).delete();
        }
    }

    private void remove(PersistentVolume volume) {
        Optional.ofNullable(workspaces.remove(volume.getMetadata().getName())).ifPresent(Workspace::close);
    }

    private boolean isOurs(PersistentVolume volume) {
        return workspaces.containsKey(volume.getMetadata().getName());
    }

    private static StorageClass storageClass() {
        return new StorageClassBuilder()
                .withNewMetadata()
                .withName(CLASS)
                .addToAnnotations("storageclass.kubernetes.io/is-default-class", "true")
                .endMetadata()
                .withProvisioner(PROVISIONER)
                .withReclaimPolicy("Delete")
                .withVolumeBindingMode("WaitForFirstConsumer")
                .build();
    }

    private PersistentVolume volume(String name, PersistentVolumeClaim claim, Path directory) {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToAnnotations("pv.kubernetes.io/provisioned-by", PROVISIONER)
                .endMetadata()
                .withNewSpec()
                .withStorageClassName(CLASS)
                .withPersistentVolumeReclaimPolicy("Delete")
                .withAccessModes(claim.getSpec().getAccessModes())
                .withVolumeMode(claim.getSpec().getVolumeMode())
                .withCapacity(claim.getSpec().getResources().getRequests())
                .withNewClaimRef()
                .withApiVersion("v1")
                .withKind("PersistentVolumeClaim")
                .withNamespace(claim.getMetadata().getNamespace())
                .withName(claim.getMetadata().getName())
                .withUid(claim.getMetadata().getUid())
                .endClaimRef()
                .withNewLocal(null, directory.toString())
                .withNewNodeAffinity()
                .withNewRequired()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey("kubernetes.io/hostname")
                .withOperator("In")
                .withValues(node)
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequired()
                .endNodeAffinity()
                .endSpec()
                .build();
    }

    @Override
    public void close() {
        workspaces.values().forEach(Workspace::close);
    }
}
