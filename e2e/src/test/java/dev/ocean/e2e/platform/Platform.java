package dev.ocean.e2e.platform;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * A Kubernetes API with the operator at work, and a PostgreSQL server that it can reach. What it offers is what administrators of the machines can do; users act
 * through {@link ClusterUser}.
 */
public interface Platform extends AutoCloseable {

    /** The property that says where scenarios play: {@code sandbox} or {@code cluster}. */
    String PROPERTY = "ocean.e2e.target";

    /** The image of the pods on the pages. */
    String PAGES_IMAGE = "postgres:17";

    /** Starts or finds the one that {@link #PROPERTY} names. */
    static Platform open() {
        var target = System.getProperty(PROPERTY, "sandbox");
        return switch (target) {
            case "sandbox" -> SandboxPlatform.start();
            case "cluster" -> ClusterPlatform.find(System.getenv());
            default -> throw new IllegalArgumentException(PROPERTY + " must be sandbox or cluster, not " + target);
        };
    }

    /** The cluster administrator, whom no rule holds back; the platform closes it. */
    KubernetesClient administrator();

    /** What stands in the Secret of a PostgresInstance: {@code host}, {@code port}, {@code username}, {@code password}, {@code sslmode}, {@code ca.crt}. */
    Map<String, String> adminLogin();

    /** Connects as a superuser, who sees what nobody else may; the caller closes the connection. */
    Connection superuser(String database) throws SQLException;

    /** Connects from this machine with the values of a Secret; the caller closes the connection. */
    Connection login(Map<String, String> secret) throws SQLException;

    /**
     * Runs a shell script as an application that was given the Secret in both ways: its keys as environment variables, and as files in the directory {@code $BINDING}.
     *
     * @return what it printed
     * @throws AssertionError if it ends with another code than 0, with what it printed
     */
    String application(String namespace, String secret, String script);

    /**
     * Runs a shell script as the user that backups are written by, with the volume of a PersistentVolumeClaim in the directory {@code $BINDING}.
     *
     * @return what it printed
     * @throws AssertionError if it ends with another code than 0, with what it printed
     */
    String onVolume(String namespace, String claim, String script);

    /** An image with psql that pods can have here. */
    String postgresImage();

    /** Ends the server; its data stays. */
    void stopServer();

    /** Returns when the server takes connections again. */
    void startServer();

    /** Ends the operator's process without a chance to say goodbye; another one is being started when this returns. */
    void killOperator();

    /** All that the present process of the operator wrote; on the sandbox also what its predecessors wrote. */
    String operatorLog();

    /** What Prometheus would read. */
    String metrics();

    @Override
    void close();
}
