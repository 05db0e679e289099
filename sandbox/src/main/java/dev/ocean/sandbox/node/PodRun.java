package dev.ocean.sandbox.node;

import dev.ocean.sandbox.node.PodReport.Ending;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.Signal;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One pod from its binding to the node until the API has it no more, in a thread of its own. */
final class PodRun implements Runnable {

    static final String UNSUPPORTED = "UnsupportedBySandbox";

    private static final Duration PULSE = Duration.ofMillis(50);
    private static final Duration RETRY = Duration.ofSeconds(1);
    // A kubelet gives a second also to a pod that is deleted by force.
    private static final Duration LEAST_GRACE = Duration.ofSeconds(1);

    private final Pod pod;
    private final PodApi api;
    private final PodReport report;
    private final ContainerSetup setup;
    private final PodDirectory directory = new PodDirectory();
    private volatile Pod seen;
    private volatile Phase phase = Phase.WAITING;
    private volatile Optional<LocalProcess> container = Optional.empty();
    private volatile boolean gone;
    private volatile boolean closed;

    /** Where its process is. */
    enum Phase {
        WAITING,
        RUNNING,
        ENDED
    }

    PodRun(Pod pod, PodApi api, ContainerSetup setup) {
        this.pod = ApiToken.removedFrom(pod);
        this.seen = pod;
        this.api = api;
        this.report = new PodReport(pod, Instant.now());
        this.setup = setup;
    }

    /** Takes note of what the API has now. */
    void see(Pod newer) {
        seen = newer;
    }

    /** Takes note that the API has it no more. */
    void gone() {
        gone = true;
    }

    /** The machine is switched off: the process is killed and nothing is said any more. */
    void close() {
        closed = true;
    }

    boolean isOf(String namespace, String name) {
        return namespace.equals(pod.getMetadata().getNamespace())
                && name.equals(pod.getMetadata().getName());
    }

    /** Kills its processes at once, as a kernel does that is out of memory; {@return whether there were any}. */
    boolean kill() {
        var running = container.filter(LocalProcess::isAlive);
        running.ifPresent(process -> process.signal(Signal.KILL));
        return running.isPresent();
    }

    Phase phase() {
        return phase;
    }

    Path log() {
        return directory.log();
    }

    @Override
    public void run() {
        try (directory) {
            SupportedFields.firstUnsupported(pod.getSpec(), api.client().getKubernetesSerialization())
                    .ifPresentOrElse(this::refuse, this::live);
            phase = Phase.ENDED;
            awaitRemoval();
        }
    }

    private void refuse(String field) {
        var message = "not supported by the sandbox: " + field;
        api.warn(UNSUPPORTED, message);
        // A controller makes a new one in the place of a failed pod that was to run for ever, at once and without end.
        var endless = "Always".equals(pod.getSpec().getRestartPolicy());
        write(endless ? report.waiting(UNSUPPORTED, message) : report.refused(UNSUPPORTED, message));
    }

    private void live() {
        write(report.waiting("ContainerCreating", ""));
        var process = launched();
        var ending = process.map(this::attended);
        var status = !ending.map(Ending::finished).orElseGet(Instant::now).isBefore(deadline())
                ? report.deadlineExceeded(ending)
                : ending.map(report::ended).orElseGet(report::neverStarted);
        write(status);
    }

    /** Tries until the process runs; empty if the pod had to end before. */
    private Optional<LocalProcess> launched() {
        var told = "";
        while (grace().isEmpty()) {
            try {
                var process = LocalProcess.start(setup.command(pod, directory));
                api.note("Started", "Started container " + container());
                return Optional.of(process);
            } catch (Obstacle obstacle) {
                told = tell(obstacle, told);
            } catch (KubernetesClientException e) {
                // The API does not answer; what is needed is read at the next try.
            }
            pause(RETRY);
        }
        return Optional.empty();
    }

    /** Tells once; {@return what is told now}. */
    private String tell(Obstacle obstacle, String told) {
        var message = obstacle.message();
        if (!message.equals(told)) {
            api.warn(obstacle.reason().equals(Obstacle.MOUNT) ? Obstacle.MOUNT : "Failed", message);
            // A kubelet that waits for volumes has not come to the container yet.
            var creating = obstacle.reason().equals(Obstacle.MOUNT);
            write(creating ? report.waiting("ContainerCreating", "") : report.waiting(obstacle.reason(), message));
        } else if (obstacle.reason().equals(Obstacle.IMAGE)) {
            write(report.waiting("ImagePullBackOff", "Back-off pulling image: ErrImagePull: " + message));
        }
        return message;
    }

    /** Waits for the process, asks it to end when it has to, and {@return how it ended}. */
    private Ending attended(LocalProcess process) {
        var started = Instant.now();
        container = Optional.of(process);
        phase = Phase.RUNNING;
        write(report.running(started));
        try (process) {
            var kill = Instant.MAX;
            while (!process.awaitEnd(PULSE)) {
                var grace = grace();
                if (grace.isPresent()) {
                    kill = end(process, kill, Instant.now().plus(grace.get()));
                }
            }
            return new Ending(
                    process.exitCode(),
                    started,
                    Instant.now(),
                    TerminationMessage.of(pod, directory, process.exitCode()));
        }
    }

    /** Asks first, then kills; {@return when it is killed}, as a later order may shorten the grace. */
    private Instant end(LocalProcess process, Instant kill, Instant limit) {
        if (kill.equals(Instant.MAX)) {
            api.note("Killing", "Stopping container " + container());
            process.signal(Signal.TERM);
            return limit;
        }
        var earlier = limit.isBefore(kill) ? limit : kill;
        if (!Instant.now().isBefore(earlier)) {
            process.signal(Signal.KILL);
        }
        return earlier;
    }

    /** {@return how long its process has to end by itself; empty if it need not end} */
    private Optional<Duration> grace() {
        if (closed || gone) {
            return Optional.of(closed ? Duration.ZERO : LEAST_GRACE);
        }
        if (seen.isMarkedForDeletion()) {
            return Optional.of(atLeast(seen.getMetadata().getDeletionGracePeriodSeconds()));
        }
        return !Instant.now().isBefore(deadline())
                ? Optional.of(atLeast(seen.getSpec().getTerminationGracePeriodSeconds()))
                : Optional.empty();
    }

    private static Duration atLeast(long seconds) {
        return seconds < LEAST_GRACE.toSeconds() ? LEAST_GRACE : Duration.ofSeconds(seconds);
    }

    private Instant deadline() {
        var seconds = seen.getSpec().getActiveDeadlineSeconds();
        return seconds == null ? Instant.MAX : report.started().plusSeconds(seconds);
    }

    private String container() {
        return pod.getSpec().getContainers().getFirst().getName();
    }

    /** Returns when it is written, however long the API is away. */
    private void write(Map<String, Object> status) {
        while (!gone && !closed && !api.write(status)) {
            pause(RETRY);
        }
    }

    private void awaitRemoval() {
        var confirmed = false;
        while (!gone && !closed) {
            confirmed = confirmed || (seen.isMarkedForDeletion() && api.confirmDeletion());
            LockSupport.parkNanos(PULSE.toNanos());
        }
    }

    private void pause(Duration length) {
        var end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() - end < 0 && !gone && !closed) {
            LockSupport.parkNanos(PULSE.toNanos());
        }
    }
}
