package dev.ocean.operator.observability;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Health and metrics over HTTP. No page shows names or secrets. */
public final class ManagementServer implements AutoCloseable {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;

    private ManagementServer(HttpServer server) {
        this.server = server;
    }

    /**
     * @param port 0 for a free one
     * @param dead why the process should be restarted; empty while it should not
     * @param unready why it cannot take over; empty once it can
     */
    public static ManagementServer start(
            int port, Supplier<Optional<String>> dead, Supplier<Optional<String>> unready, Supplier<String> metrics)
            throws IOException {
        var server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newFixedThreadPool(2, task -> {
            var thread = new Thread(task, "management");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/livez", exchange -> answer(exchange, dead.get()));
        server.createContext("/readyz", exchange -> answer(exchange, unready.get()));
        server.createContext(
                "/metrics", exchange -> write(exchange, HttpURLConnection.HTTP_OK, PROMETHEUS, metrics.get()));
        server.start();
        return new ManagementServer(server);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, Optional<String> objection) throws IOException {
        write(
                exchange,
                objection.isEmpty() ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_UNAVAILABLE,
                TEXT,
                objection.orElse("ok") + "\n");
    }

    private static void write(HttpExchange exchange, int status, String type, String text) throws IOException {
        var body = text.getBytes(UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
