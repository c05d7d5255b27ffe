package dev.firesteel;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls between the packages, which the design names. */
@AnalyzeClasses(packages = "dev.firesteel", importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {
  private static final String[] VALUES = {
    "..id..", "..job..", "..task..", "..lineage..", "..plan..", "..accumulator..", "..input.."
  };

  private static final String LOCAL = "dev\\.firesteel\\..*\\.Local[A-Z].*";

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.firesteel.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theSchedulerKnowsValuesAndPlanningOnly =
      noClasses()
          .that()
          .resideInAPackage("..scheduler..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.firesteel..")
                  .and(not(resideInAnyPackage(VALUES)))
                  .and(not(resideInAnyPackage("..scheduler..", "..planning.."))));

  @ArchTest
  static final ArchRule planningKnowsValuesOnly =
      noClasses()
          .that()
          .resideInAPackage("..planning..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.firesteel..")
                  .and(not(resideInAnyPackage(VALUES)))
                  .and(not(resideInAPackage("..planning.."))));

  @ArchTest
  static final ArchRule valuesKnowValuesOnly =
      noClasses()
          .that()
          .resideInAnyPackage(VALUES)
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.firesteel..")
                  .and(not(resideInAnyPackage(VALUES)))
                  .and(not(resideInAPackage("..util.."))));

  @ArchTest
  static final ArchRule whatIsAskedAndAnsweredHoldsNoPath =
      noClasses()
          .that()
          .resideInAnyPackage("..job..", "..task..", "..plan..", "..scheduler..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(java.nio.file.Path.class);

  @ArchTest
  static final ArchRule typesOfProgramsKnowNothingElse =
      noClasses()
          .that()
          .resideInAPackage("..types..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.firesteel..").and(not(resideInAPackage("..types.."))));

  @ArchTest
  static final ArchRule onlyTheApplicationChoosesWhatIsLocal =
      noClasses()
          .that()
          .haveNameNotMatching(LOCAL)
          .and()
          .resideOutsideOfPackage("..application..")
          .should()
          .dependOnClassesThat()
          .haveNameMatching(LOCAL);

  /** Drivers reach an engine, and what goes with it, by the ports that are made with it. */
  @ArchTest
  static final ArchRule driversReachEnginesByTheirPorts =
      noClasses()
          .that()
          .resideInAnyPackage("..gateway..", "..driver..", "dev.firesteel.api..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..storage..", "..scheduler..", "..executor..", "..shuffle..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.firesteel.worker.WorkerPool");

  @ArchTest
  static final ArchRule theCoreKnowsNeitherSparkNorHadoop =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.apache..");

  @ArchTest
  static final ArchRule tasksKnowNothingOfTheDriver =
      noClasses()
          .that()
          .resideInAnyPackage("..operations..", "..interpreter..", "..records..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.firesteel.api..", "..driver..", "..application..");

  @ArchTest
  static final ArchRule theInterpreterKnowsNothingOfWhatGivesItTasks =
      noClasses()
          .that()
          .resideInAnyPackage("..interpreter..", "..records..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.firesteel.api..",
              "..engine..",
              "..executor..",
              "..gateway..",
              "..scheduler..",
              "..worker..");

  @ArchTest
  static final ArchRule runningAPlanKnowsNoStore =
      noClasses()
          .that()
          .resideInAPackage("dev.firesteel.executor")
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              ".*\\.(AppDirectories|BlockManager|DriverFiles|MapOutputTracker|MemoryTier|Tiers)")
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("dev.firesteel.executor.local");

  @ArchTest
  static final ArchRule theSchedulerDoesNoIo =
      noClasses()
          .that()
          .resideInAPackage("..scheduler..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.io..", "java.nio.channels..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.nio.file.Files")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class);

  @ArchTest
  static final ArchRule onlyTheGatewayKnowsPy4J =
      noClasses()
          .that()
          .resideOutsideOfPackage("..gateway..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("py4j..");

  @ArchTest
  static final ArchRule onlyTheGatewayEndsTheProcess =
      noClasses()
          .that()
          .resideOutsideOfPackage("..gateway..")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  @ArchTest
  static final ArchRule helpersUseNothingOfOurs =
      noClasses()
          .that()
          .resideInAnyPackage("..util..", "..config..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.firesteel..")
                  .and(not(resideInAPackage("..util..").or(resideInAPackage("..config..")))));
}
