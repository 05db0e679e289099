package dev.ocean.sandbox;

import dev.ocean.sandbox.controlplane.ControlPlane;
import dev.ocean.sandbox.node.NodeAgent;
import dev.ocean.sandbox.postgres.PostgresServer;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.concurrent.TimeUnit;

/** A program that starts everything, says so, and waits to be killed by {@link SuddenDeathIT}. */
final class Victim {

    /** In the command line of every process of its pod. */
    static final String STUBBORN = "stubborn-pod";

    private Victim() {}

    public static void main(String... arguments) throws InterruptedException {
        var postgres = PostgresServer.launch();
        var controlPlane = ControlPlane.start();
        NodeAgent.start(controlPlane);
        runStubbornPod(controlPlane);
        System.out.println("started " + postgres.port() + " " + controlPlane.url());
        Thread.currentThread().join();
    }

    private static void runStubbornPod(ControlPlane controlPlane) {
        var script = "trap '' TERM HUP; (exec -a %1$s sleep 1000) & exec -a %1$s sleep 1000".formatted(STUBBORN);
        var pod = controlPlane
                .client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("stubborn")
                        .endMetadata()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .addNewContainer()
                        .withName("stubborn")
                        .withImage("debian")
                        .withCommand("bash", "-c", script)
                        .endContainer()
                        .endSpec()
                        .build());
        pod.create();
        pod.waitUntilCondition(running -> "Running".equals(running.getStatus().getPhase()), 30, TimeUnit.SECONDS);
    }
}
