package dev.ocean.sandbox.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The part of a kubelet's server that {@code kubectl logs} needs: {@code /containerLogs/<namespace>/<pod>/<container>}, with {@code follow} and {@code tailLines}.
 */
final class LogEndpoint implements AutoCloseable {

    private static final Duration PULSE = Duration.ofMillis(100);
    private static final Set<String> PARAMETERS = Set.of("follow", "tailLines");

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BiFunction<String, String, Optional<PodRun>> runs;

    /** @param runs finds a pod by namespace and name */
    LogEndpoint(SSLContext tls, BiFunction<String, String, Optional<PodRun>> runs) {
        this.runs = runs;
        try {
            this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen for requests of logs", e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                // The API server has one; other users of the machine have none.
                var wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.setExecutor(threads);
        server.createContext("/containerLogs/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath().split("/", -1);
            var parameters = parameters(exchange.getRequestURI().getRawQuery());
            var run = path.length == 5 ? runs.apply(path[2], path[3]) : Optional.<PodRun>empty();
            if (run.isEmpty()) {
                refuse(exchange, HttpURLConnection.HTTP_NOT_FOUND, "the sandbox has no such pod");
            } else if (!PARAMETERS.containsAll(parameters.keySet())) {
                refuse(exchange, HttpURLConnection.HTTP_BAD_REQUEST, "the sandbox knows of " + PARAMETERS + " only");
            } else if (run.get().phase() == PodRun.Phase.WAITING) {
                refuse(exchange, HttpURLConnection.HTTP_BAD_REQUEST, "the container is waiting to start");
            } else {
                send(exchange, run.get(), parameters);
            }
        }
    }

    private static void refuse(HttpExchange exchange, int code, String message) throws IOException {
        var bytes = message.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void send(HttpExchange exchange, PodRun run, Map<String, String> parameters) throws IOException {
        var follow = "true".equals(parameters.get("follow"));
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, 0);
        try (var log = Files.newInputStream(run.log());
                var body = exchange.getResponseBody()) {
            log.skipNBytes(begin(
                    run.log(), Optional.ofNullable(parameters.get("tailLines")).map(Integer::valueOf)));
            while (true) {
                // Looked at before the rest is read: nothing is written after the end.
                var last = !follow || run.phase() == PodRun.Phase.ENDED;
                log.transferTo(body);
                body.flush();
                if (last) {
                    return;
                }
                LockSupport.parkNanos(PULSE.toNanos());
            }
        }
    }

    /** {@return where the last so many lines begin} */
    private static int begin(Path log, Optional<Integer> lines) throws IOException {
        if (lines.isEmpty()) {
            return 0;
        }
        var bytes = Files.readAllBytes(log);
        var left = lines.get();
        // The line feed at the very end ends the last line.
        for (var i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == '\n' && i < bytes.length - 1 && --left <= 0) {
                return i + 1;
            }
        }
        return lines.get() == 0 ? bytes.length : 0;
    }

    private static Map<String, String> parameters(@Nullable String query) {
        var parameters = new HashMap<String, String>();
        if (query != null) {
            Arrays.stream(query.split("&", -1))
                    .map(pair -> pair.split("=", 2))
                    .forEach(pair -> parameters.put(
                            pair[0], pair.length == 1 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
        }
        return parameters;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
