package dev.ocean.operator;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.ocean.operator.plan.Executor;
import dev.ocean.operator.tenancy.DestructiveStep;
import dev.ocean.operator.tenancy.ServerStep;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The arrows and walls of the code, each with its reason. A violation is mended, or the rule changed with an ADR; none is frozen. */
@AnalyzeClasses(packages = "dev.ocean.operator", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String BASE = "dev.ocean.operator.";
    private static final String ROOT = "dev.ocean.operator";
    private static final String[] CAPABILITIES = {
        BASE + "project", BASE + "instance", BASE + "database", BASE + "backup"
    };
    private static final DescribedPredicate<JavaClass> CAPABILITY =
            resideInAnyPackage(CAPABILITIES).as("a capability");

    private static DescribedPredicate<JavaClass> ours(String... packages) {
        var names = new String[packages.length];
        for (var i = 0; i < packages.length; i++) {
            names[i] = packages[i].isEmpty() ? ROOT : BASE + packages[i];
        }
        return resideInAnyPackage(names);
    }

    /** {@code from} may use these packages of ours and itself, nothing else. */
    private static ArchRule only(String from, String... to) {
        var allowed = ours(to).or(ours(from)).or(DescribedPredicate.not(resideInAPackage(ROOT + "..")));
        return classes()
                .that(ours(from))
                .should()
                .onlyDependOnClassesThat(allowed)
                .because("arrows point down: what is below knows nothing of what is above");
    }

    @ArchTest
    static final ArchRule reportKnowsNobody = only("report");

    @ArchTest
    static final ArchRule namingKnowsNobody = only("naming");

    @ArchTest
    static final ArchRule postgresKnowsReports = only("postgres", "report", "naming");

    @ArchTest
    static final ArchRule kubeKnowsReports = only("kube", "report", "naming");

    @ArchTest
    static final ArchRule tenancyKnowsPostgres = only("tenancy", "postgres", "kube", "report", "naming");

    @ArchTest
    static final ArchRule connectionKnowsPostgres = only("connection", "postgres", "kube", "report", "naming");

    @ArchTest
    static final ArchRule dumpKnowsPlans =
            only("dump", "plan", "tenancy", "connection", "postgres", "kube", "report", "naming");

    @ArchTest
    static final ArchRule planKnowsWhatItCarriesOut =
            only("plan", "tenancy", "connection", "postgres", "kube", "report", "naming");

    @ArchTest
    static final ArchRule referenceKnowsPlans = only(
            "reference",
            "api.v1beta1",
            "plan",
            "tenancy",
            "dump",
            "connection",
            "postgres",
            "kube",
            "report",
            "naming");

    @ArchTest
    static final ArchRule passKnowsNoCapability = only(
            "pass",
            "api.v1beta1",
            "reference",
            "plan",
            "tenancy",
            "dump",
            "connection",
            "postgres",
            "kube",
            "report",
            "naming");

    @ArchTest
    static final ArchRule scratchKnowsNoCapability = only(
            "scratch", "reference", "plan", "tenancy", "dump", "connection", "postgres", "kube", "report", "naming");

    @ArchTest
    static final ArchRule apiIsDataOnly = only("api.v1beta1");

    @ArchTest
    static final ArchRule capabilitiesDoNotKnowEachOther = slices().matching(
                    ROOT + ".(project|instance|database|backup|restore)")
            .should()
            .notDependOnEachOther()
            .because("they meet through CRs and through resolved references");

    @ArchTest
    static final ArchRule thereAreNoCycles = slices().matching(ROOT + ".(*)..")
            .should()
            .beFreeOfCycles()
            .because("a cycle is one package with two names");

    @ArchTest
    static final ArchRule apiIsReadByFew = noClasses()
            .that(ours("tenancy", "plan", "dump", "connection", "kube", "postgres", "report", "naming"))
            .should()
            .dependOnClassesThat(ours("api.v1beta1"))
            .because("a CR is read by its request parser and its status mapper, by nobody else");

    @ArchTest
    static final ArchRule jdbcOnlyInPostgres = noClasses()
            .that(DescribedPredicate.not(ours("postgres")))
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.sql", "javax.sql", "org.postgresql.."))
            .because("errors of the driver become problems in one place, and its texts go no further");

    @ArchTest
    static final ArchRule kubernetesClientOnlyInKube = noClasses()
            .that(DescribedPredicate.not(
                    ours("kube", "", "pass", "api.v1beta1", "project", "instance", "database", "backup")))
            .should()
            .dependOnClassesThat(resideInAPackage("io.fabric8.kubernetes.client.."))
            .because("answers of the API server become problems in one place");

    /** {@code CustomResource} and the exception of the framework's own requests live in the client's packages too. */
    @ArchTest
    static final ArchRule capabilitiesSendNothingThemselves = noClasses()
            .that(CAPABILITY)
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("io.fabric8.kubernetes.client.dsl..", "io.fabric8.kubernetes.client.http..")
                            .or(DescribedPredicate.describe("the client", type -> type.getName()
                                    .equals("io.fabric8.kubernetes.client.KubernetesClient"))))
            .because("requests go through ObjectStore");

    @ArchTest
    static final ArchRule frameworkOnlyWhereItRuns = noClasses()
            .that(DescribedPredicate.not(ours("pass", "observability", "")))
            .and()
            .haveSimpleNameNotEndingWith("Reconciler")
            .and(DescribedPredicate.describe(
                    "are not inside of a Reconciler", type -> !type.getName().contains("Reconciler$")))
            .should()
            .dependOnClassesThat(resideInAPackage("io.javaoperatorsdk.."))
            .because("decisions know no framework");

    @ArchTest
    static final ArchRule metersOnlyWhereTheyAreRead = noClasses()
            .that(DescribedPredicate.not(ours("observability", "")))
            .should()
            .dependOnClassesThat(resideInAPackage("io.micrometer.."))
            .because("the rest tells listeners");

    @ArchTest
    static final ArchRule socketsAndFilesOnlyAtTheEdge = noClasses()
            // observability has the JDK's HTTP server.
            .that(DescribedPredicate.not(ours("postgres", "kube", "observability", "")))
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "sockets and files",
                    type -> (type.getPackageName().equals("java.net")
                                    && !type.getSimpleName().equals("URLEncoder"))
                            || type.getPackageName().startsWith("java.nio.file")
                            || (type.getPackageName().equals("java.io")
                                    && type.getSimpleName().startsWith("File"))))
            .because("decide in values, act at the edge");

    @ArchTest
    static final ArchRule onlyReconcilerAndObserverTouchTheWorld = noClasses()
            .that(CAPABILITY)
            .and()
            .haveSimpleNameNotEndingWith("Reconciler")
            .and()
            .haveSimpleNameNotEndingWith("Observer")
            .and(DescribedPredicate.describe(
                    "are not inside of one",
                    type -> !type.getName().contains("Reconciler$")
                            && !type.getName().contains("Observer$")))
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "what acts or looks",
                    type -> type.getName().startsWith(BASE)
                            && java.util.Set.of(
                                            "ObjectStore",
                                            "KubernetesObjects",
                                            "EventPublisher",
                                            "Lane",
                                            "Servers",
                                            "Session",
                                            "References")
                                    .contains(type.getSimpleName())))
            .because("what decides is pure, so its tests need no mocks");

    @ArchTest
    static final ArchRule onlyTheReconcilerIsPublic = classes()
            .that(CAPABILITY)
            .and()
            .haveSimpleNameNotEndingWith("Reconciler")
            .and()
            .areTopLevelClasses()
            .and(DescribedPredicate.describe(
                    "are not package-info", type -> !type.getSimpleName().equals("package-info")))
            .should()
            .notBePublic()
            .because("a capability is entered by one door");

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .should()
            .haveSimpleNameContaining("Util")
            .orShould()
            .haveSimpleNameContaining("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameStartingWith("Abstract")
            .because("if no noun fits, the concept is missing");

    @ArchTest
    static final ArchRule environmentOnlyInTheRoot = noClasses()
            .that(DescribedPredicate.not(ours("")))
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .because("configuration is an argument");

    @ArchTest
    static final ArchRule timeAndChanceAreArguments = noClasses()
            .that(DescribedPredicate.not(ours("")))
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callConstructor(Random.class)
            .orShould()
            .callConstructor(java.security.SecureRandom.class)
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .because("a plan that is made twice is the same plan");

    @ArchTest
    static final ArchRule fieldsAreFinal = fields().that()
            .areDeclaredInClassesThat(resideInAPackage(ROOT + "..")
                    .and(DescribedPredicate.not(ours("api.v1beta1", "pass", "kube", "postgres"))))
            .and()
            .doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC)
            .should()
            .haveModifier(FINAL)
            .because("values do not change");

    @ArchTest
    static final ArchRule nothingStaticChanges = fields().that()
            .haveModifier(STATIC)
            .and()
            .doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC)
            .should()
            .haveModifier(FINAL)
            .because("two operators in one JVM must not share anything");

    @ArchTest
    static final ArchRule sqlIsWrittenInTwoPackages = noClasses()
            .that(DescribedPredicate.not(ours("tenancy", "postgres")))
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "builds SQL",
                    call -> call.getTargetOwner().getName().equals(BASE + "postgres.SqlStatement")
                            && java.util.Set.of("of", "all", "with", "withTexts", "withNumbers")
                                    .contains(call.getName())))
            .because("one function per statement, typed values in");

    @ArchTest
    static final ArchRule whatDestroysSaysSo = classes()
            .that()
            .areAssignableTo(ServerStep.class)
            .and(DescribedPredicate.describe("drop, retain or release", type -> type.getSimpleName()
                    .matches("(Drop|Retain|Release|Delete|Overwrite).*")))
            .should()
            .beAssignableTo(DestructiveStep.class)
            .because("the executor asks for a live proof by the type");

    @ArchTest
    static final ArchRule onlyTheExecutorGetsProofs = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Executor.class.getName())
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "obtains a proof",
                    call -> call.getTargetOwner().getName().equals(BASE + "plan.LiveProof")
                            && call.getName().equals("obtain")))
            .because("a proof is good for the step that follows it at once, and no other");
}
