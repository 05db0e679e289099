package dev.ocean.sandbox.node;

import dev.ocean.sandbox.controlplane.ControlPlane;
import dev.ocean.sandbox.process.MachineProcesses;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Jobs and pods on the real control plane, run by the node agent. */
class NodeAgentIT {

    private static final String NAMESPACE = "default";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static ControlPlane controlPlane;
    private static NodeAgent agent;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        controlPlane = ControlPlane.start();
        agent = NodeAgent.start(controlPlane);
        client = controlPlane.client();
    }

    @AfterAll
    static void close() {
        agent.close();
        controlPlane.close();
    }

    @Test
    void runsAJobWithTheToolsOfItsImageAndAValueOfASecret() {
        secret("greeting", Map.of("text", "hello"));

        create(new Task("succeeds")
                .script("pg_dump --version > $RESULT; echo \"$TEXT\"")
                .variable("RESULT", "/dev/termination-log")
                .variableOfSecret("TEXT", "greeting", "text"));

        awaitJob("succeeds", "Complete");
        assertThat(ending("succeeds").getExitCode()).isZero();
        assertThat(ending("succeeds").getMessage()).startsWith("pg_dump (PostgreSQL) 15");
        assertThat(log("succeeds")).isEqualTo("hello\n");
    }

    @Test
    void failsAJobWithItsExitCodeAndTheEndOfItsMessage() {
        create(new Task("fails")
                .script("yes | head -c 5000 > $RESULT; echo last >> $RESULT; exit 42")
                .variable("RESULT", "/dev/termination-log"));

        awaitJob("fails", "Failed");
        assertThat(ending("fails").getExitCode()).isEqualTo(42);
        assertThat(ending("fails").getReason()).isEqualTo("Error");
        assertThat(ending("fails").getMessage()).hasSize(4096).endsWith("y\nlast\n");
        assertThat(pod("fails").getStatus().getPhase()).isEqualTo("Failed");
    }

    @Test
    void tellsTheEndOfTheLogOfAContainerThatFailsWithoutAWord() {
        create(new Task("falls-back")
                .script("echo first >&2; echo second; exit 1")
                .container(container -> container.withTerminationMessagePolicy("FallbackToLogsOnError")));

        awaitJob("falls-back", "Failed");
        assertThat(ending("falls-back").getMessage()).isEqualTo("first\nsecond");
    }

    @Test
    void reportsAProcessThatWasKilled() {
        create(new Task("killed").script("kill -KILL $$"));

        awaitJob("killed", "Failed");
        assertThat(ending("killed").getExitCode()).isEqualTo(137);
    }

    @Test
    void resolvesReferencesAsKubernetesDoes() {
        configMap("settings", Map.of("mode", "quiet", "FROM_MAP", "map"));
        create(new Task("references")
                .variable("PREFIX", "pre")
                .variable("LONG", "$(PREFIX)-fix $(NOBODY) $$(PREFIX)")
                .container(container -> container
                        .addNewEnv()
                        .withName("MODE")
                        .withNewValueFrom()
                        .withNewConfigMapKeyRef("mode", "settings", false)
                        .endValueFrom()
                        .endEnv()
                        .addNewEnv()
                        .withName("ABSENT")
                        .withNewValueFrom()
                        .withNewSecretKeyRef("key", "nowhere", true)
                        .endValueFrom()
                        .endEnv()
                        .addNewEnv()
                        .withName("WHERE")
                        .withNewValueFrom()
                        .withNewFieldRef("v1", "metadata.namespace")
                        .endValueFrom()
                        .endEnv()
                        .addNewEnvFrom()
                        .withNewConfigMapRef("settings", false)
                        .endEnvFrom()
                        .withCommand("sh", "-c", "echo '$(LONG)' $MODE ${ABSENT-unset} $WHERE $FROM_MAP")));

        awaitJob("references", "Complete");
        assertThat(log("references")).isEqualTo("pre-fix $(NOBODY) $(PREFIX) quiet unset default map\n");
    }

    @Test
    void givesAProcessNothingOfTheEnvironmentOfTheJvm() {
        create(new Task("environment").script("env | cut -d= -f1 | sort | tr '\\n' ' '"));

        awaitJob("environment", "Complete");
        assertThat(log("environment").split(" "))
                .contains("HOME", "HOSTNAME", "PATH", "TMPDIR")
                .isSubsetOf("HOME", "HOSTNAME", "PATH", "TMPDIR", "PWD", "OLDPWD", "SHLVL", "_");
    }

    @Test
    void sharesAClaimBetweenTwoJobsAndRemovesItWithTheClaim() {
        // Given
        claim("shared");

        // When
        create(new Task("writes")
                .script("echo kept > $DIR/file")
                .variable("DIR", "/data")
                .claim("/data", "shared"));
        awaitJob("writes", "Complete");
        create(new Task("reads").script("cat /data/file").claim("/data/", "shared"));
        awaitJob("reads", "Complete");

        // Then
        assertThat(log("reads")).isEqualTo("kept\n");
        var directory = agent.volume(NAMESPACE, "shared").orElseThrow();
        assertThat(directory.resolve("file")).hasContent("kept\n");

        // When
        List.of("writes", "reads").forEach(NodeAgentIT::delete);
        client.persistentVolumeClaims()
                .inNamespace(NAMESPACE)
                .withName("shared")
                .delete();

        // Then
        await("the volume is gone").atMost(LIMIT).untilAsserted(() -> {
            assertThat(directory).doesNotExist();
            assertThat(client.persistentVolumes().list().getItems())
                    .extracting(volume -> volume.getSpec().getClaimRef().getName())
                    .doesNotContain("shared");
        });
    }

    @Test
    void projectsSecretsAndConfigMapsAsFiles() {
        secret("files", Map.of("ca.crt", "certificate", "other", "not asked for"));
        configMap("plain", Map.of("one", "1", "two", "2"));
        create(new Task("files")
                .script("stat -Lc '%n %a' * sub/* && cat sub/authority && cat /plain/* && ls -A /empty | wc -l")
                .container(container -> container.withWorkingDir("/files"))
                .volume("/files", volume -> volume.withNewSecret()
                        .withSecretName("files")
                        .withDefaultMode(0400)
                        .addNewItem("ca.crt", null, "sub/authority")
                        .endSecret())
                .volume(
                        "/plain",
                        volume -> volume.withNewConfigMap().withName("plain").endConfigMap())
                .volume("/empty", volume -> volume.withNewEmptyDir().endEmptyDir()));

        awaitJob("files", "Complete");
        assertThat(log("files")).isEqualTo("sub 755\nsub/authority 400\ncertificate120\n");
    }

    @Test
    void waitsForASecretThatComesLater() {
        // Given
        create(new Task("late-variable").script("echo $TEXT").variableOfSecret("TEXT", "late", "text"));
        create(new Task("late-file").script("cat /late/text").volume("/late", volume -> volume.withNewSecret()
                .withSecretName("late")
                .endSecret()));
        awaitWaiting("late-variable", "CreateContainerConfigError", "secret \"late\" not found");
        awaitWaiting("late-file", "ContainerCreating", null);
        awaitEvent("late-file", "FailedMount", "secret \"late\" not found");

        // When
        secret("late", Map.of("text", "here"));

        // Then
        awaitJob("late-variable", "Complete");
        awaitJob("late-file", "Complete");
        assertThat(log("late-variable")).isEqualTo("here\n");
        assertThat(log("late-file")).isEqualTo("here");
    }

    @Test
    void cannotPullAnUnknownImage() {
        create(new Task("image").container(container -> container.withImage("postgres:8")));

        awaitWaiting("image", "ImagePullBackOff", "postgres:8");
        awaitEvent("image", "Failed", "the sandbox has [busybox, debian] and postgres:<major> of");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        create(new Task("unknown").container(container -> container
                .withNewLivenessProbe()
                .withNewExec()
                .withCommand("true")
                .endExec()
                .endLivenessProbe()));

        awaitJob("unknown", "Failed");
        var status = pod("unknown").getStatus();
        assertThat(status.getReason()).isEqualTo("UnsupportedBySandbox");
        assertThat(status.getMessage()).contains("spec.containers[0].livenessProbe");
    }

    @Test
    void keepsAPodWaitingThatAControllerWouldReplaceWithoutEnd() {
        var endless = new Task("endless").pod(pod -> pod.withRestartPolicy("Always"));
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("endless")
                        .addToLabels("job-name", "endless")
                        .endMetadata()
                        .withSpec(endless.job().getSpec().getTemplate().getSpec())
                        .build())
                .create();

        awaitWaiting("endless", "UnsupportedBySandbox", "restartPolicy: Always");
    }

    @Test
    void insistsOnAUserWhereThePodMustNotBeRoot() {
        create(new Task("root")
                .pod(pod -> pod.withNewSecurityContext().withRunAsNonRoot(true).endSecurityContext()));

        awaitWaiting("root", "CreateContainerConfigError", "runAsNonRoot");
    }

    @Test
    void endsAPodAtTheDeadlineOfItsJob() {
        create(new Task("late")
                .script("exec sleep 1000")
                .job(job -> job.editSpec().withActiveDeadlineSeconds(2L).endSpec()));

        awaitJob("late", "Failed");
        await("its pod is gone").atMost(LIMIT).untilAsserted(() -> assertThat(pods("late"))
                .isEmpty());
        assertThat(MachineProcesses.mentioning("sleep 1000")).isEmpty();
    }

    @Test
    void endsAPodAtItsOwnDeadline() {
        create(new Task("own-deadline")
                .script("trap 'exit 0' TERM; sleep 1001 & wait")
                .pod(pod -> pod.withActiveDeadlineSeconds(2L)));

        awaitJob("own-deadline", "Failed");
        assertThat(pod("own-deadline").getStatus().getReason()).isEqualTo("DeadlineExceeded");
        assertThat(MachineProcesses.mentioning("sleep 1001")).isEmpty();
    }

    @Test
    void letsAPodEndByItselfWithinItsGrace() {
        // Given
        claim("grace");
        create(new Task("graceful")
                .script(
                        "trap 'sleep 1; echo cleaned > /data/file; exit 0' TERM; echo ready; while :; do sleep 0.1; done")
                .claim("/data", "grace"));
        awaitLog("graceful", "ready");

        // When
        client.resource(pod("graceful")).delete();

        // Then
        await("it has cleaned up").atMost(LIMIT).untilAsserted(() -> assertThat(
                        agent.volume(NAMESPACE, "grace").orElseThrow().resolve("file"))
                .hasContent("cleaned\n"));
        await("its pod is gone").atMost(LIMIT).untilAsserted(() -> assertThat(pods("graceful"))
                .isEmpty());
    }

    @Test
    void killsAPodThatOutstaysItsGrace() {
        create(new Task("stubborn")
                .script("trap '' TERM; echo ready; sleep 1002")
                .pod(pod -> pod.withTerminationGracePeriodSeconds(2L)));
        awaitLog("stubborn", "ready");

        client.resource(pod("stubborn")).delete();

        await("its pod is gone").atMost(LIMIT).untilAsserted(() -> assertThat(pods("stubborn"))
                .isEmpty());
        assertThat(MachineProcesses.mentioning("sleep 1002")).isEmpty();
        awaitJob("stubborn", "Failed");
    }

    @Test
    void endsTheProcessOfAPodThatWasDeletedByForce() {
        create(new Task("forced").script("trap '' TERM; echo ready; sleep 1003"));
        awaitLog("forced", "ready");

        client.resource(pod("forced")).withGracePeriod(0).delete();

        await("its process is gone").atMost(LIMIT).untilAsserted(() -> assertThat(
                        MachineProcesses.mentioning("sleep 1003"))
                .isEmpty());
    }

    @Test
    void takesAwayAPodThatNeverStarted() {
        create(new Task("never").container(container -> container.withImage("nobody/knows:1")));
        awaitWaiting("never", "ImagePullBackOff", "nobody/knows:1");

        delete("never");

        await("its pod is gone").atMost(LIMIT).untilAsserted(() -> assertThat(pods("never"))
                .isEmpty());
    }

    @Test
    void leavesNothingBehindThatAProcessStarted() {
        create(new Task("parent").script("sleep 1004 & timeout 1000 sleep 1005 & sleep 0.5"));

        awaitJob("parent", "Complete");
        assertThat(MachineProcesses.mentioning("sleep 1004")).isEmpty();
        assertThat(MachineProcesses.mentioning("sleep 1005")).isEmpty();
    }

    @Test
    void runsPodsSideBySide() {
        claim("rendezvous");
        var script = "touch /data/$ME; until [ -e /data/$OTHER ]; do sleep 0.1; done";
        create(new Task("left")
                .script(script)
                .variable("ME", "l")
                .variable("OTHER", "r")
                .claim("/data", "rendezvous"));
        create(new Task("right")
                .script(script)
                .variable("ME", "r")
                .variable("OTHER", "l")
                .claim("/data", "rendezvous"));

        awaitJob("left", "Complete");
        awaitJob("right", "Complete");
    }

    @Test
    void keepsTenMegabytesOfOutput() {
        create(new Task("talks").script("yes 123456789 | head -n 1048576; echo end"));

        awaitJob("talks", "Complete");
        var pod = client.pods().resource(pod("talks"));
        assertThat(pod.getLog()).hasSize(10 * 1048576 + 4).endsWith("123456789\nend\n");
        assertThat(pod.tailingLines(2).getLog()).isEqualTo("123456789\nend\n");
    }

    @Test
    void servesLogsToKubectl() throws Exception {
        assumeTrue(isOnPath("kubectl"), "kubectl is not installed");
        create(new Task("chats").script("for i in 1 2 3; do echo $i; sleep 0.7; done"));
        awaitLog("chats", "1");

        assertThat(kubectl("logs", "--follow", "job/chats")).isEqualTo("1\n2\n3\n");
        assertThat(kubectl("logs", "--tail=1", "job/chats")).isEqualTo("3\n");
        assertThat(kubectl("get", "nodes", "--no-headers")).contains("Ready");
        assertThat(kubectl("describe", "pod", "--selector=job-name=chats")).contains("Started container task");
    }

    @Test
    void showsLogsToNobodyWithoutACertificate() throws Exception {
        var port = client.nodes()
                .withName("sandbox")
                .require()
                .getStatus()
                .getDaemonEndpoints()
                .getKubeletEndpoint()
                .getPort();
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        try (var socket = context.getSocketFactory().createSocket("127.0.0.1", port)) {
            assertThatThrownBy(() -> {
                        socket.getOutputStream()
                                .write("GET /containerLogs/a/b/c HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        socket.getInputStream().readAllBytes();
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void reportsWhatHappenedWhileTheApiServerWasAway() {
        create(new Task("unwatched").script("echo ready; sleep 2; exit 3"));
        awaitLog("unwatched", "ready");

        controlPlane.stopApiServer();
        try {
            await("its process is gone").atMost(LIMIT).untilAsserted(() -> assertThat(
                            MachineProcesses.mentioning("echo ready; sleep 2; exit 3"))
                    .isEmpty());
        } finally {
            controlPlane.startApiServer();
        }

        awaitJob("unwatched", "Failed");
        assertThat(ending("unwatched").getExitCode()).isEqualTo(3);
    }

    private static void create(Task task) {
        client.resource(task.job()).create();
    }

    private static void delete(String job) {
        client.batch().v1().jobs().inNamespace(NAMESPACE).withName(job).delete();
    }

    private static void secret(String name, Map<String, String> values) {
        client.resource(new SecretBuilder()
                        .withMetadata(named(name))
                        .withStringData(values)
                        .build())
                .create();
    }

    private static void configMap(String name, Map<String, String> values) {
        client.resource(new ConfigMapBuilder()
                        .withMetadata(named(name))
                        .withData(values)
                        .build())
                .create();
    }

    private static void claim(String name) {
        client.resource(new PersistentVolumeClaimBuilder()
                        .withMetadata(named(name))
                        .withNewSpec()
                        .withAccessModes("ReadWriteOnce")
                        .withNewResources()
                        .addToRequests("storage", new Quantity("1Gi"))
                        .endResources()
                        .endSpec()
                        .build())
                .create();
    }

    private static ObjectMeta named(String name) {
        return new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).build();
    }

    private static void awaitJob(String name, String condition) {
        var jobs = client.batch().v1().jobs().inNamespace(NAMESPACE).withName(name);
        await("Job " + name + " is " + condition).atMost(LIMIT).untilAsserted(() -> assertThat(
                        jobs.require().getStatus().getConditions())
                .as(pods(name).toString())
                .anySatisfy(found -> assertThat(found.getType()).isEqualTo(condition)));
    }

    private static void awaitWaiting(String job, String reason, @Nullable String message) {
        await("pod of " + job + " waits").atMost(LIMIT).untilAsserted(() -> {
            var statuses = pod(job).getStatus().getContainerStatuses();
            assertThat(statuses).as("what the node told yet").isNotEmpty();
            var waiting = statuses.getFirst().getState().getWaiting();
            assertThat(waiting.getReason()).isEqualTo(reason);
            if (message != null) {
                assertThat(waiting.getMessage()).contains(message);
            }
        });
    }

    private static void awaitEvent(String job, String reason, String message) {
        var name = pod(job).getMetadata().getName();
        await("event " + reason).atMost(LIMIT).untilAsserted(() -> assertThat(
                        client.v1().events().inNamespace(NAMESPACE).list().getItems())
                .filteredOn(event -> name.equals(event.getInvolvedObject().getName()))
                .anySatisfy(event -> {
                    assertThat(event.getReason()).isEqualTo(reason);
                    assertThat(event.getMessage()).contains(message);
                }));
    }

    private static void awaitLog(String job, String text) {
        await("\"" + text + "\" in the log of " + job)
                .atMost(LIMIT)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(log(job)).contains(text));
    }

    private static List<Pod> pods(String job) {
        return client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("job-name", job)
                .list()
                .getItems();
    }

    private static Pod pod(String job) {
        assertThat(pods(job)).hasSize(1);
        return pods(job).getFirst();
    }

    private static ContainerStateTerminated ending(String job) {
        return pod(job).getStatus().getContainerStatuses().getFirst().getState().getTerminated();
    }

    private static String log(String job) {
        return client.pods().resource(pod(job)).getLog();
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static String kubectl(String... arguments) throws IOException {
        var line = new ArrayList<>(
                List.of("kubectl", "--kubeconfig", controlPlane.kubeconfig().toString()));
        line.addAll(List.of(arguments));
        var process = new ProcessBuilder(line).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** A client that believes every server. */
    private static final class TrustsAll extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
