package dev.ocean.sandbox;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** What the demo tells the person who watches: a line per step, with the seconds since the start. */
final class Narration {

    private final PrintStream out;
    private final long begin = System.nanoTime();

    Narration(PrintStream out) {
        this.out = out;
    }

    void say(String line) {
        out.println(line);
    }

    void step(String line) {
        out.printf(Locale.ROOT, "[%5.1f s] %s%n", elapsed().toMillis() / 1000.0, line);
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
