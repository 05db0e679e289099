package dev.ocean.sandbox.postgres;

/** A login of a throw-away server. */
public record Credentials(String user, String password) {

    @Override
    public String toString() {
        return "Credentials[" + user + ", ***]";
    }
}
