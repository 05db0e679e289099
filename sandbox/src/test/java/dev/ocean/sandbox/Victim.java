package dev.ocean.sandbox;

import dev.ocean.sandbox.controlplane.ControlPlane;
import dev.ocean.sandbox.postgres.PostgresServer;

/** A program that starts everything, says so, and waits to be killed by {@link SuddenDeathIT}. */
final class Victim {

    private Victim() {}

    public static void main(String... arguments) throws InterruptedException {
        var postgres = PostgresServer.launch();
        var controlPlane = ControlPlane.start();
        System.out.println("started " + postgres.port() + " " + controlPlane.url());
        Thread.currentThread().join();
    }
}
