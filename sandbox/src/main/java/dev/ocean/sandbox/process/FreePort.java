package dev.ocean.sandbox.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback address that nobody listens on. */
public final class FreePort {

    // Below the range that the kernel takes local ports of outgoing connections from, or such a connection could take
    // the port
    // before the server does.
    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;
    private static final int TRIES = 100;

    private FreePort() {}

    /** Nothing reserves the port: it is drawn from thousands, so that two who pick at the same time get different ones. */
    public static int pick() {
        for (var attempt = 0; attempt < TRIES; attempt++) {
            var port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new ProcessFailure("cannot find a free port between " + FIRST + " and " + LAST);
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
