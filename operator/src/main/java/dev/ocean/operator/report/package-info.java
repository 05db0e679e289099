/** What went wrong and how it is told: problems, reasons, condition types. Pure values, imported by everything and importing nothing of ours. */
@NullMarked
package dev.ocean.operator.report;

import org.jspecify.annotations.NullMarked;
