package dev.ocean.operator.testkit;

import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/** Seeds of random inputs; printed as the case's name. {@code -Dseed=} fixes one, {@code -Dseeds=} takes more of them or fewer. */
public final class Seeds {

    private static final String FIXED = "seed";
    private static final String COUNT = "seeds";

    private Seeds() {}

    /** {@code count} different ones, the same in every run; or the one that was fixed. */
    public static LongStream of(int count) {
        var fixed = Long.getLong(FIXED);
        return fixed != null ? LongStream.of(fixed) : LongStream.range(0, Integer.getInteger(COUNT, count));
    }

    public static RandomGenerator generator(long seed) {
        return new Random(seed);
    }
}
