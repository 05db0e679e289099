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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The part of a kubelet's server that {@code kubectl logs} needs: {@code /containerLogs/<namespace>/<pod>/<container>}, with {@code follow} and {@code tailLines}.
 */
final class LogEndpoint implements AutoCloseable {

    private static final Duration PULSE = Duration.ofMillis(100);
    private static final Pattern QUERY = Pattern.compile("(?:&?(?:follow=(true|false)|tailLines=(\\d+)))*");

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
            var query = QUERY.matcher(
                    Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), ""));
            var run = path.length == 5 ? runs.apply(path[2], path[3]) : Optional.<PodRun>empty();
            if (run.isEmpty()) {
                refuse(exchange, HttpURLConnection.HTTP_NOT_FOUND, "the sandbox has no such pod");
            } else if (!query.matches()) {
                refuse(exchange, HttpURLConnection.HTTP_BAD_REQUEST, "the sandbox knows follow and tailLines only");
            } else if (run.get().phase() == PodRun.Phase.WAITING) {
                refuse(exchange, HttpURLConnection.HTTP_BAD_REQUEST, "the container is waiting to start");
            } else {
                send(exchange, run.get(), "true".equals(query.group(1)), query.group(2));
            }
        }
    }

    private static void refuse(HttpExchange exchange, int code, String message) throws IOException {
        var bytes = message.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void send(HttpExchange exchange, PodRun run, boolean follow, @Nullable String tail)
            throws IOException {
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, 0);
        try (var log = Files.newInputStream(run.log());
                var body = exchange.getResponseBody()) {
            log.skipNBytes(tail == null ? 0 : begin(run.log(), Integer.parseInt(tail)));
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
    private static int begin(Path log, int lines) throws IOException {
        // A character a byte; the line feed at the very end ends the last line.
        var text = Files.readString(log, StandardCharsets.ISO_8859_1);
        var end = text.endsWith("\n") ? text.length() - 1 : text.length();
        for (var left = lines; left > 0 && end >= 0; left--) {
            end = text.lastIndexOf('\n', end - 1);
        }
        return lines == 0 ? text.length() : end + 1;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
