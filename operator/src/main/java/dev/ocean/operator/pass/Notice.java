package dev.ocean.operator.pass;

import dev.ocean.operator.naming.ObjectId;
import java.util.Optional;

/**
 * Something that happened, in the past tense, for an event.
 *
 * @param place the object to tell it on; empty for the pass's own
 */
public record Notice(EventReason reason, String note, Optional<ObjectId> place) {

    public Notice(EventReason reason, String note) {
        this(reason, note, Optional.empty());
    }
}
