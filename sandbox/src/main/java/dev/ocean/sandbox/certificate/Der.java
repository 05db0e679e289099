package dev.ocean.sandbox.certificate;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The part of ASN.1's distinguished encoding rules that a certificate needs. Every function returns a whole element: tag, length,
 * content.
 *
 * @see <a href="https://www.itu.int/rec/T-REC-X.690">X.690</a>
 */
final class Der {

    // GeneralizedTime would be needed from 2050 on (RFC 5280, section 4.1.2.5).
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] sequence(byte[]... elements) {
        return element(0x30, concatenated(elements));
    }

    static byte[] set(byte[]... elements) {
        return element(0x31, concatenated(elements));
    }

    /** @param number of the context-specific tag, whose content is elements */
    static byte[] explicit(int number, byte[]... elements) {
        return element(0xA0 | number, concatenated(elements));
    }

    /** @param number of the context-specific tag, whose content is plain bytes */
    static byte[] implicit(int number, byte[] content) {
        return element(0x80 | number, content);
    }

    static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    static byte[] bool(boolean value) {
        return element(0x01, new byte[] {(byte) (value ? 0xFF : 0)});
    }

    static byte[] nothing() {
        return element(0x05, new byte[0]);
    }

    static byte[] octetString(byte[] content) {
        return element(0x04, content);
    }

    /** @param unusedBits at the end of the last byte */
    static byte[] bitString(int unusedBits, byte[] content) {
        return element(0x03, concatenated(new byte[] {(byte) unusedBits}, content));
    }

    static byte[] utf8String(String text) {
        return element(0x0C, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] utcTime(Instant time) {
        return element(0x17, UTC_TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    /** @param dotted like {@code 2.5.29.17} */
    static byte[] objectIdentifier(String dotted) {
        var arcs = dotted.split("\\.", -1);
        var content = new ByteArrayOutputStream();
        // The first two arcs share a byte.
        content.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (var i = 2; i < arcs.length; i++) {
            content.writeBytes(base128(Integer.parseInt(arcs[i])));
        }
        return element(0x06, content.toByteArray());
    }

    private static byte[] base128(int value) {
        var length = 1;
        while (value >>> (7 * length) != 0) {
            length++;
        }
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) {
            var septet = value >>> (7 * (length - 1 - i)) & 0x7F;
            bytes[i] = (byte) (i == length - 1 ? septet : septet | 0x80);
        }
        return bytes;
    }

    private static byte[] element(int tag, byte[] content) {
        return concatenated(new byte[] {(byte) tag}, length(content.length), content);
    }

    private static byte[] length(int length) {
        if (length < 0x80) {
            return new byte[] {(byte) length};
        }
        if (length <= 0xFF) {
            return new byte[] {(byte) 0x81, (byte) length};
        }
        return new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length};
    }

    private static byte[] concatenated(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
