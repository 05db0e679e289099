# The jar is built outside (mvn package), so that what the tests ran is what is shipped.
FROM docker.io/library/eclipse-temurin:25-jre

ARG VERSION=dev
LABEL org.opencontainers.image.title="Ocean operator" \
      org.opencontainers.image.description="PostgreSQL databases as Kubernetes resources" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"

WORKDIR /opt/ocean
# Dependencies first: they change rarely, and their layer is shared between releases.
COPY operator/target/lib/ lib/
COPY operator/target/operator.jar ./

# A start leaves a cache of parsed and linked classes for the next one (JEP 483, 514). This one finds no API server and must end with 1,
# after all classes up to the first answer are loaded: a quarter less CPU time for a start. A JVM silently goes without a cache that does
# not fit it, so the second run insists. TRAINING=off builds without one.
ARG TRAINING=on
RUN if [ "${TRAINING}" = on ]; then \
      OCEAN_NAMESPACE=training OCEAN_POD_NAME=training KUBERNETES_MASTER=https://127.0.0.1:1 \
        java -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:AOTCacheOutput=/opt/ocean/operator.aot -jar /opt/ocean/operator.jar; \
      test $? -eq 1 && \
      java -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx256m -XX:AOTCache=/opt/ocean/operator.aot -XX:AOTMode=on -jar /opt/ocean/operator.jar --version; \
    fi

# Numeric: runAsNonRoot is checked without looking into /etc/passwd.
USER 65532:65532

# Serial has the smallest footprint; without -Xms it would commit 1/64 of the node's memory. The root file system may be read-only.
# Small and idle most of the time: the heap gives back what it does not need, and so does the C library.
# What a burst runs once is not worth the second compiler: ten times its thresholds, so that it gets the rounds of SCRAM and little else. More than a third
# of the CPU time of the first hundred databases was its (docs/benchmarks.md).
# An entry of the cache that does not fit is a warning of the JVM on standard output, where our log is: only errors.
ENTRYPOINT ["java", "-XX:AOTCache=/opt/ocean/operator.aot", "-Xlog:aot*=error", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", \
            "-Xms32m", "-Xmx256m", "-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=25", "-XX:TrimNativeHeapInterval=10000", "-XX:ReservedCodeCacheSize=48m", \
            "-XX:Tier4InvocationThreshold=50000", "-XX:Tier4MinInvocationThreshold=6000", "-XX:Tier4CompileThreshold=150000", "-XX:Tier4BackEdgeThreshold=400000", \
            "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData", "-jar", "/opt/ocean/operator.jar"]
