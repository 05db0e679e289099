package dev.ocean.sandbox.fault;

import dev.ocean.sandbox.fault.Fault.BlackHole;
import dev.ocean.sandbox.fault.Fault.CutAfterRequest;
import dev.ocean.sandbox.fault.Fault.Delay;
import dev.ocean.sandbox.fault.Fault.Pass;
import dev.ocean.sandbox.fault.Fault.Refuse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A client's connection through the proxy: two sockets and a thread for each direction. */
final class Connection {

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int PORTION_BYTES = 64 * 1024;

    private final Socket client;
    private final Socket server = new Socket();
    private final AtomicReference<Fault> fault;
    private final Consumer<Connection> onEnd;
    // Set by the thread of requests, read by that of replies.
    private volatile boolean cutsNextReply;

    /**
     * Takes over the client's socket.
     *
     * @param fault the proxy's current one, looked at for each portion
     * @param onEnd called at least once when the connection is over
     */
    Connection(Socket client, AtomicReference<Fault> fault, Consumer<Connection> onEnd) {
        this.client = client;
        this.fault = fault;
        this.onEnd = onEnd;
    }

    /** Blocks until both sides have ended. */
    void serve(InetSocketAddress target) {
        try {
            client.setTcpNoDelay(true);
            if (fault.get() instanceof BlackHole) {
                swallow();
                return;
            }
            server.setTcpNoDelay(true);
            server.connect(target, CONNECT_TIMEOUT_MILLIS);
            var replies = Thread.ofVirtual().start(this::passReplies);
            passRequests();
            replies.join();
        } catch (IOException e) {
            // A broken side breaks the other one: that is what the finally clause does.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reset();
        }
    }

    /** Closes both sockets; whoever still reads or writes gets "connection reset". */
    void reset() {
        for (var socket : new Socket[] {client, server}) {
            try (socket) {
                // Zero makes close() send RST instead of FIN.
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // Closed already, which is what is wanted.
            }
        }
        onEnd.accept(this);
    }

    private void swallow() throws IOException {
        var portion = new byte[PORTION_BYTES];
        while (client.getInputStream().read(portion) >= 0) {
            // Not even looked at.
        }
    }

    private void passRequests() throws IOException {
        var portion = new byte[PORTION_BYTES];
        for (var length = client.getInputStream().read(portion);
                length >= 0;
                length = client.getInputStream().read(portion)) {
            var now = fault.get();
            // One connection takes the fault upon itself; the others pass.
            if (now instanceof CutAfterRequest && fault.compareAndSet(now, new Pass())) {
                cutsNextReply = true;
            }
            if (passes(now)) {
                server.getOutputStream().write(portion, 0, length);
            }
        }
        server.shutdownOutput();
    }

    private void passReplies() {
        var portion = new byte[PORTION_BYTES];
        try {
            for (var length = server.getInputStream().read(portion);
                    length >= 0;
                    length = server.getInputStream().read(portion)) {
                if (cutsNextReply) {
                    reset();
                    return;
                }
                if (passes(fault.get())) {
                    client.getOutputStream().write(portion, 0, length);
                }
            }
            client.shutdownOutput();
        } catch (IOException e) {
            reset();
        }
    }

    private static boolean passes(Fault fault) {
        return switch (fault) {
            case Pass pass -> true;
            case CutAfterRequest cut -> true;
            // Concerns new connections only.
            case Refuse refuse -> true;
            case BlackHole hole -> false;
            case Delay delay -> {
                sleep(delay);
                yield true;
            }
        };
    }

    private static void sleep(Delay delay) {
        try {
            Thread.sleep(delay.by());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
