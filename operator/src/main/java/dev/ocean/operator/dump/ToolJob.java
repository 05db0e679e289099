package dev.ocean.operator.dump;

import dev.ocean.operator.connection.ConnectionSecret;
import dev.ocean.operator.naming.Labels;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.naming.ResourceNames;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A Job that runs one script with the tools of one PostgreSQL major: no retry of its own, no service-account token, Pod Security <em>restricted</em>, and the script as
 * text in its arguments, so that nobody can edit what runs.
 *
 * @param owner the CR that it works for; the Job goes with it
 * @param attempt from 1; another Job each
 * @param labels beside those of everything that we make
 * @param claimName of the volume with the backups
 */
public record ToolJob(Task task, ObjectId owner, int attempt, Map<String, String> labels, String claimName) {

    /**
     * What is to run, and what it is told.
     *
     * @param major whose image it runs
     * @param login empty for a script that does not talk to the server
     * @param environment what the script asks for beyond login and directories
     */
    public record Task(JobScript script, int major, Optional<ToolLogin> login, Map<String, String> environment) {
        public Task {
            environment = Map.copyOf(environment);
        }
    }

    private static final String API_VERSION = "ocean.dev/v1beta1";
    private static final String RESULT = "/dev/termination-log";
    private static final String WORK = "/work";
    private static final String CERTIFICATES = "/etc/ocean/tls";
    private static final String CA = "ca.crt";
    private static final String BACKUPS_VOLUME = "backups";
    private static final String WORK_VOLUME = "work";
    private static final String CA_VOLUME = "ca";

    /** User and group of the official image's Debian flavour. */
    private static final long POSTGRES = 999L;

    private static final int TRANSACTION_TIMEOUT_SINCE = 17;

    public ToolJob {
        labels = Map.copyOf(labels);
    }

    /** The script's name, as labels, the container's name and the Job's name have it. */
    public static String task(JobScript script) {
        return script.name().toLowerCase(Locale.ROOT);
    }

    public Job toJob(ToolSettings settings) {
        return new JobBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                // Retries are ours: each attempt is a Job with a result of its own.
                .withBackoffLimit(0)
                .withCompletions(1)
                .withParallelism(1)
                .withPodReplacementPolicy("Failed")
                .withActiveDeadlineSeconds(settings.deadline().toSeconds())
                .withTemplate(pod(settings))
                .endSpec()
                .build();
    }

    private ObjectMeta metadata() {
        return new ObjectMetaBuilder()
                .withNamespace(owner.namespace())
                .withName(ResourceNames.job(owner, task(task.script()), attempt))
                .withLabels(allLabels())
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(API_VERSION)
                        .withKind(owner.kind())
                        .withName(owner.name())
                        .withUid(owner.uid())
                        .withController(true)
                        .build())
                .build();
    }

    private Map<String, String> allLabels() {
        var all = new LinkedHashMap<>(labels);
        all.putAll(Labels.of(owner, task(task.script())));
        all.put(Labels.ATTEMPT, Integer.toString(attempt));
        all.put(Labels.CLAIM, claimName);
        all.put(
                Labels.PORT,
                task.login()
                        .map(found -> Integer.toString(found.endpoint().port()))
                        .orElse(Labels.PORT_NONE));
        return all;
    }

    private Map<String, String> podLabels(PodSettings pod) {
        var all = new LinkedHashMap<>(pod.labels());
        all.putAll(allLabels());
        return all;
    }

    private PodTemplateSpec pod(ToolSettings settings) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(podLabels(settings.pod()))
                .withAnnotations(settings.pod().annotations())
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withImagePullSecrets(settings.pod().imagePullSecrets())
                .withNodeSelector(settings.pod().nodeSelector())
                .withTolerations(settings.pod().tolerations())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(POSTGRES)
                .withRunAsGroup(POSTGRES)
                .withFsGroup(POSTGRES)
                .withFsGroupChangePolicy("OnRootMismatch")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(container(settings))
                .withVolumes(volumes())
                .endSpec()
                .build();
    }

    private Container container(ToolSettings settings) {
        return new ContainerBuilder()
                .withName(task(task.script()))
                .withImage(settings.image(task.major()))
                .withCommand("bash", "-c")
                .withArgs(task.script().text(), task(task.script()))
                .withEnv(variables(settings))
                .withVolumeMounts(mounts(settings))
                .withTerminationMessagePath(RESULT)
                .withResources(settings.pod().resources())
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .build();
    }

    private List<EnvVar> variables(ToolSettings settings) {
        var values = new LinkedHashMap<>(task.environment());
        values.put("DATABASE_BACKUP_DIR", settings.backupDirectory());
        values.put("WORK", WORK);
        values.put("TMPDIR", WORK);
        values.put("RESULT_FILE", RESULT);
        values.put("LC_ALL", "C");
        task.login().ifPresent(found -> values.putAll(connection(found)));
        var variables = new ArrayList<EnvVar>();
        values.forEach((key, value) ->
                variables.add(new EnvVarBuilder().withName(key).withValue(value).build()));
        task.login()
                .ifPresent(found -> variables.add(new EnvVarBuilder()
                        .withName("PGPASSWORD")
                        .withNewValueFrom()
                        .withNewSecretKeyRef(ConnectionSecret.PASSWORD, found.secretName(), false)
                        .endValueFrom()
                        .build()));
        return variables;
    }

    private static Map<String, String> connection(ToolLogin login) {
        var values = new LinkedHashMap<String, String>();
        values.put("PGHOST", login.endpoint().host());
        values.put("PGPORT", Integer.toString(login.endpoint().port()));
        values.put("PGUSER", login.username());
        values.put("PGDATABASE", login.database());
        values.put("PGSSLMODE", login.endpoint().tls().sslmode());
        login.endpoint().ca().ifPresent(ca -> values.put("PGSSLROOTCERT", CERTIFICATES + "/" + CA));
        values.put("PGCONNECT_TIMEOUT", "5");
        values.put("PGOPTIONS", options(login.major()));
        return values;
    }

    /** A tenant's own settings would end the dump or its snapshot. */
    private static String options(int major) {
        var options =
                "-c search_path=pg_catalog,pg_temp -c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0";
        return major >= TRANSACTION_TIMEOUT_SINCE ? options + " -c transaction_timeout=0" : options;
    }

    private List<VolumeMount> mounts(ToolSettings settings) {
        var mounts = new ArrayList<VolumeMount>();
        mounts.add(mount(BACKUPS_VOLUME, settings.backupDirectory()));
        mounts.add(mount(WORK_VOLUME, WORK));
        if (hasCa()) {
            mounts.add(new VolumeMountBuilder(mount(CA_VOLUME, CERTIFICATES))
                    .withReadOnly(true)
                    .build());
        }
        return mounts;
    }

    private static VolumeMount mount(String name, String path) {
        return new VolumeMountBuilder().withName(name).withMountPath(path).build();
    }

    private List<Volume> volumes() {
        var volumes = new ArrayList<Volume>();
        volumes.add(new VolumeBuilder()
                .withName(BACKUPS_VOLUME)
                .withNewPersistentVolumeClaim(claimName, false)
                .build());
        volumes.add(new VolumeBuilder()
                .withName(WORK_VOLUME)
                .withNewEmptyDir()
                .withSizeLimit(new Quantity("256Mi"))
                .endEmptyDir()
                .build());
        if (hasCa()) {
            volumes.add(new VolumeBuilder()
                    .withName(CA_VOLUME)
                    .withNewSecret()
                    .withSecretName(task.login().orElseThrow().secretName())
                    .addNewItem(CA, null, CA)
                    .endSecret()
                    .build());
        }
        return volumes;
    }

    private boolean hasCa() {
        return task.login().flatMap(found -> found.endpoint().ca()).isPresent();
    }
}
