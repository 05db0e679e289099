package dev.ocean.operator.report;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks an answer to a bug or a trap of a framework, so that it can go when its reason has gone. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.FIELD})
public @interface Workaround {

    /** Where the bug is discussed. */
    String issue();

    /** The release, or the event, after which this can go. */
    String until();
}
