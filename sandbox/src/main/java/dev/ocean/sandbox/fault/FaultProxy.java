package dev.ocean.sandbox.fault;

import dev.ocean.sandbox.fault.Fault.BlackHole;
import dev.ocean.sandbox.fault.Fault.CutAfterRequest;
import dev.ocean.sandbox.fault.Fault.Delay;
import dev.ocean.sandbox.fault.Fault.Pass;
import dev.ocean.sandbox.fault.Fault.Refuse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A TCP proxy on 127.0.0.1 in front of a server, whose connections fail as told; at first it passes everything. It sees bytes only,
 * so TLS goes through it. Safe for several threads; a fault holds from the next portion of bytes on.
 */
public final class FaultProxy implements AutoCloseable {

    private final InetSocketAddress target;
    private final ServerSocket listener;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicReference<Fault> fault = new AtomicReference<>(new Pass());
    private final Thread acceptor;

    private FaultProxy(InetSocketAddress target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
        this.acceptor = Thread.ofVirtual().name("fault-proxy").unstarted(this::acceptAll);
    }

    /** Listens on a free port; whether the target is there is seen with the first connection. */
    public static FaultProxy to(String host, int port) {
        try {
            var listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
            var proxy = new FaultProxy(new InetSocketAddress(host, port), listener);
            proxy.acceptor.start();
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on 127.0.0.1", e);
        }
    }

    /** A name that resolves to where the proxy listens, and that certificates of the sandbox's servers are valid for. */
    public String host() {
        return "localhost";
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections were accepted since the start, refused ones included. */
    public int acceptedConnections() {
        return accepted.get();
    }

    /** How many connections are open now. */
    public int openConnections() {
        return connections.size();
    }

    /** Ends the fault for new portions of bytes; what a black hole swallowed stays lost. */
    public void pass() {
        fault.set(new Pass());
    }

    /** Refuses new connections until told otherwise. */
    public void refuse() {
        fault.set(new Refuse());
    }

    /** Swallows everything until told otherwise. */
    public void blackHole() {
        fault.set(new BlackHole());
    }

    /** Hands everything on later until told otherwise. */
    public void delay(Duration by) {
        fault.set(new Delay(by));
    }

    /** Lets the next request be served and cuts its connection instead of passing its reply on; then passes everything again. */
    public void cutAfterRequest() {
        fault.set(new CutAfterRequest());
    }

    /** Resets the connections that exist; new ones are treated as before. */
    public void cut() {
        connections.forEach(Connection::reset);
    }

    /** Resets all connections and listens no more. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the proxy", e);
        }
        // The kernel listens on until the one who waits in accept() has left it.
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cut();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                accept(listener.accept());
            } catch (IOException e) {
                // Closed while it waited: the loop ends. Anything else concerns one connection only.
            }
        }
    }

    private void accept(Socket client) {
        accepted.incrementAndGet();
        var connection = new Connection(client, fault, connections::remove);
        connections.add(connection);
        if (fault.get() instanceof Refuse) {
            connection.reset();
            return;
        }
        Thread.ofVirtual().start(() -> connection.serve(target));
    }
}
