package dev.ocean.operator.it;

import dev.ocean.sandbox.process.Command;
import dev.ocean.sandbox.process.FreePort;
import dev.ocean.sandbox.process.LocalProcess;
import dev.ocean.sandbox.process.Signal;
import dev.ocean.sandbox.process.Workspace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The operator as it is shipped: a process of its own, with nothing but its environment. */
final class OperatorProcess {

    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final String name;
    private final int port;
    private final LocalProcess process;

    private OperatorProcess(String name, int port, LocalProcess process) {
        this.name = name;
        this.port = port;
        this.process = process;
    }

    static OperatorProcess start(String name, Map<String, String> environment, Workspace workspace) {
        var port = FreePort.pick();
        var target = Platform.ROOT.resolve("operator/target");
        var line = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                target.resolve("classes") + ":" + target.resolve("lib") + "/*",
                "dev.ocean.operator.OperatorMain");
        var command = Command.of(name, line, workspace.resolve(name + ".log"))
                .with("OCEAN_MANAGEMENT_PORT", Integer.toString(port));
        for (var variable : environment.entrySet()) {
            command = command.with(variable.getKey(), variable.getValue());
        }
        return new OperatorProcess(name, port, LocalProcess.start(command));
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() {
        return process.log();
    }

    Path logFile() {
        return process.logFile();
    }

    void awaitReady() {
        await(name + " is ready").atMost(READY_LIMIT).until(() -> {
            process.requireAlive();
            return status("/readyz") == 200;
        });
    }

    /** The code of the answer; 0 if there is none. */
    int status(String path) {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request(path), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    String page(String path) {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request(path), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError("no answer at " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5))
                .build();
    }

    /** As a node that loses its power does: nothing is finished, nothing given back. */
    void kill() {
        process.signal(Signal.KILL);
        assertThat(process.awaitEnd(STOP_LIMIT)).as("%s is dead", name).isTrue();
    }

    void signal(Signal signal) {
        process.signal(signal);
    }

    /** {@code SIGTERM}, as a node sends it; returns when the process has ended. */
    void stop() {
        if (!isAlive()) {
            return;
        }
        process.signal(Signal.TERM);
        assertThat(process.awaitEnd(STOP_LIMIT)).as("%s stops", name).isTrue();
    }

    /** Waits for an end that comes by itself and returns its code. */
    int awaitEnd(Duration limit) {
        assertThat(process.awaitEnd(limit)).as("%s ends by itself", name).isTrue();
        return process.exitCode();
    }
}
