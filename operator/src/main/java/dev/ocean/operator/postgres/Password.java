package dev.ocean.operator.postgres;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** A password that cannot be printed by accident; compared in constant time. */
public final class Password {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int GENERATED_LENGTH = 32;

    private final char[] characters;

    private Password(char[] characters) {
        this.characters = characters;
    }

    public static Password of(char[] characters) {
        return new Password(characters.clone());
    }

    /** For values out of Secrets, which arrive as text anyway. */
    public static Password of(String text) {
        return new Password(text.toCharArray());
    }

    /**
     * 32 characters of {@code [A-Za-z0-9]}, 190 bits: safe in every URI, shell and file format without quoting.
     *
     * @param random {@code SecureRandom} in production
     */
    public static Password generate(RandomGenerator random) {
        var characters = new char[GENERATED_LENGTH];
        for (var i = 0; i < characters.length; i++) {
            characters[i] = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        }
        return new Password(characters);
    }

    /** The clear text, for a Secret's value or a login; nowhere else. */
    public String reveal() {
        return new String(characters);
    }

    char[] revealCharacters() {
        return characters.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Password that && MessageDigest.isEqual(bytes(), that.bytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(characters);
    }

    @Override
    public String toString() {
        return "***";
    }

    private byte[] bytes() {
        return StandardCharsets.UTF_16BE.encode(CharBuffer.wrap(characters)).array();
    }
}
