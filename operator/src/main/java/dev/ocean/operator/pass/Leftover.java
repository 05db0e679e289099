package dev.ocean.operator.pass;

import dev.ocean.operator.naming.ObjectId;
import java.util.Optional;

/**
 * What stays behind when an object is let go without being cleaned up after.
 *
 * @param place the object to tell it on, which outlives the one that goes; empty if there is none
 * @param note in the past or present tense, one sentence
 */
public record Leftover(Optional<ObjectId> place, String note) {

    /** Only the log tells. */
    public static Leftover untold(String note) {
        return new Leftover(Optional.empty(), note);
    }
}
