package dev.ocean.operator.dump;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ocean.operator.dump.JobResult.BackedUp;
import dev.ocean.operator.dump.JobResult.Deleted;
import dev.ocean.operator.dump.JobResult.DumpedExtension;
import dev.ocean.operator.dump.JobResult.Failed;
import dev.ocean.operator.dump.JobResult.Locality;
import dev.ocean.operator.dump.JobResult.Restored;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Reads a termination message, every value against its form; one that has another makes the whole message none. */
record ResultLine(JsonNode object) {

    /** What a kubelet keeps of it. */
    private static final int MAX_BYTES = 4096;

    private static final int MAX_ENTRIES = 100;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern VERIFICATION = Pattern.compile("Archive|RowCounts");
    private static final Pattern PROVIDER = Pattern.compile("libc|icu|builtin");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9 ,.@_:=-]{1,100}");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,63}");
    private static final Pattern SENTENCE = Pattern.compile("[^\\p{Cntrl}]{1,1000}");

    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build()
            .readerFor(JsonNode.class);

    static Optional<ResultLine> of(String message) {
        if (message.length() > MAX_BYTES || message.getBytes(UTF_8).length > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            JsonNode node = READER.readValue(message);
            return node.isObject() ? Optional.of(new ResultLine(node)) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    Optional<JobResult> result(JobScript script) {
        try {
            return switch (object.path("result").asText()) {
                case "Failed" -> Optional.of(failed());
                case "Succeeded" -> Optional.of(succeeded(script));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private JobResult succeeded(JobScript script) {
        return switch (script) {
            case DUMP, CHECK -> backedUp();
            case RESTORE -> restored();
            case DELETE -> new Deleted();
        };
    }

    private Failed failed() {
        var code = text("reason", NAME);
        var reason = Stream.of(ExitReason.values())
                .map(ExitReason::reason)
                .filter(known -> known.code().equals(code))
                .findFirst()
                .orElseThrow(() -> unfit("reason"));
        return new Failed(reason, text("message", SENTENCE));
    }

    private BackedUp backedUp() {
        return new BackedUp(
                instant("startTime"),
                instant("completionTime"),
                number("sizeBytes"),
                number("databaseSizeBytes"),
                text("sha256", SHA256),
                small("serverVersionNum"),
                small("clientMajor"),
                number("tables"),
                number("rows"),
                number("uncounted"),
                number("largeObjects"),
                counts("leftOut"),
                text("verification", VERIFICATION),
                within("database").text("databaseName", NAME),
                locality(),
                extensions(),
                number("extensionsLeftOff"));
    }

    private Locality locality() {
        return new Locality(
                text("encoding", WORD),
                text("collate", WORD),
                text("ctype", WORD),
                text("localeProvider", PROVIDER),
                object.path("locale").isNull() ? Optional.empty() : Optional.of(text("locale", WORD)));
    }

    private List<DumpedExtension> extensions() {
        var extensions = new ArrayList<DumpedExtension>();
        for (var element : array("extensions")) {
            var extension = new ResultLine(element);
            extensions.add(new DumpedExtension(
                    extension.text("name", NAME),
                    extension.text("version", NAME),
                    extension.text("schema", NAME),
                    extension.flag("trusted")));
        }
        return extensions;
    }

    private Restored restored() {
        var skipped = within("skippedGrants");
        var names = new ArrayList<String>();
        for (var element : skipped.array("names")) {
            names.add(text(element, "names", SENTENCE));
        }
        return new Restored(
                number("tables"),
                number("rows"),
                skipped.number("count"),
                names,
                number("closedRoutines"),
                counts("leftOut"),
                Duration.ofSeconds(number("durationSeconds")));
    }

    private ResultLine within(String field) {
        var node = object.path(field);
        if (!node.isObject()) {
            throw unfit(field);
        }
        return new ResultLine(node);
    }

    private JsonNode array(String field) {
        var node = object.path(field);
        if (!node.isArray() || node.size() > MAX_ENTRIES) {
            throw unfit(field);
        }
        return node;
    }

    private Map<String, Long> counts(String field) {
        var counted = within(field);
        var counts = new LinkedHashMap<String, Long>();
        counted.object.fieldNames().forEachRemaining(kind -> {
            if (!WORD.matcher(kind).matches()) {
                throw unfit(field);
            }
            counts.put(kind, counted.number(kind));
        });
        return counts;
    }

    private long number(String field) {
        var node = object.path(field);
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw unfit(field);
        }
        return node.longValue();
    }

    private int small(String field) {
        var number = number(field);
        if (number > Integer.MAX_VALUE) {
            throw unfit(field);
        }
        return (int) number;
    }

    private boolean flag(String field) {
        var node = object.path(field);
        if (!node.isBoolean()) {
            throw unfit(field);
        }
        return node.booleanValue();
    }

    private Instant instant(String field) {
        return Instant.parse(text(field, WORD));
    }

    private String text(String field, Pattern form) {
        return text(object.path(field), field, form);
    }

    private static String text(JsonNode node, String field, Pattern form) {
        if (!node.isTextual() || !form.matcher(node.textValue()).matches()) {
            throw unfit(field);
        }
        return node.textValue();
    }

    private static IllegalArgumentException unfit(String field) {
        return new IllegalArgumentException("cannot read result: " + field + " has another form");
    }
}
