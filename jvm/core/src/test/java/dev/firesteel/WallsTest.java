package dev.firesteel;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.firesteel.engine.JobResult;
import dev.firesteel.engine.JobSink;

/** The walls between the packages, which the design names. */
@AnalyzeClasses(packages = "dev.firesteel", importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {
  private static final DescribedPredicate<JavaClass> ENGINE_VALUES =
      resideInAPackage("..engine..")
          .and(
              assignableTo(Record.class)
                  .or(assignableTo(JobResult.class))
                  .or(assignableTo(JobSink.class))
                  .or(assignableTo(JobSink.Visitor.class)));

  /** What of the API knows nothing but itself. */
  private static final DescribedPredicate<JavaClass> LEAVES_OF_THE_API =
      resideInAPackage("dev.firesteel.api.function..")
          .or(assignableTo(dev.firesteel.api.Pair.class))
          .or(assignableTo(dev.firesteel.api.Tuple.class))
          .or(assignableTo(dev.firesteel.api.PythonFunction.class));

  /** What the driver's side throws, and tasks measure: the API's words for it. */
  private static final DescribedPredicate<JavaClass> WORDS_OF_THE_API =
      LEAVES_OF_THE_API
          .or(assignableTo(dev.firesteel.api.FiresteelException.class))
          .or(assignableTo(dev.firesteel.api.Stats.class));

  /**
   * Four dependencies do not count, as they are on plain values only: the scheduler takes and gives
   * the engine's requests and results, lineage holds storage levels, what makes and runs functions
   * in Java knows their interfaces and pairs, and the driver's side throws the API's exceptions.
   */
  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices()
          .matching("dev.firesteel.(*)..")
          .should()
          .beFreeOfCycles()
          .ignoreDependency(resideInAPackage("..scheduler.."), ENGINE_VALUES)
          .ignoreDependency(resideInAPackage("..lineage.."), simpleName("StorageLevel"))
          .ignoreDependency(
              resideInAnyPackage("..interpreter..", "..records..", "..crossing..", "..gateway.."),
              LEAVES_OF_THE_API)
          .ignoreDependency(resideInAnyPackage("..driver..", "..operations.."), WORDS_OF_THE_API);

  @ArchTest
  static final ArchRule theDriversSideKnowsOnlyTheWordsOfTheApi =
      noClasses()
          .that()
          .resideInAnyPackage("..driver..", "..operations..")
          .should()
          .dependOnClassesThat(resideInAPackage("dev.firesteel.api..").and(not(WORDS_OF_THE_API)));

  @ArchTest
  static final ArchRule tasksKnowNothingOfTheDriver =
      noClasses()
          .that()
          .resideInAnyPackage("..operations..", "..interpreter..", "..records..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..driver..", "..application..");

  @ArchTest
  static final ArchRule theInterpreterKnowsNothingOfWhatGivesItTasks =
      noClasses()
          .that()
          .resideInAnyPackage("..interpreter..", "..records..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..engine..", "..executor..", "..gateway..", "..scheduler..", "..worker..")
          .orShould()
          .dependOnClassesThat(resideInAPackage("dev.firesteel.api..").and(not(LEAVES_OF_THE_API)));

  @ArchTest
  static final ArchRule theSchedulerKnowsTheExecutorByItsInterfaceOnly =
      noClasses()
          .that()
          .resideInAPackage("..scheduler..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("..executor..")
                  .and(
                      simpleName("LocalExecutor")
                          .or(simpleName("ExecutorSettings"))
                          .or(simpleName("TaskFiles"))
                          .or(simpleName("TaskFrames"))))
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("..worker..", "..shuffle..", "..gateway..");

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
  static final ArchRule plansAndLineageKnowNothingOfWhatCarriesThemOut =
      noClasses()
          .that()
          .resideInAnyPackage("..plan..", "..lineage..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..executor..",
              "..engine..",
              "..scheduler..",
              "..worker..",
              "..gateway..",
              "..shuffle..")
          .orShould()
          .dependOnClassesThat(
              resideInAPackage("..storage..")
                  .and(
                      not(
                          simpleName("BlockId")
                              .or(simpleName("StorageLevel"))
                              .or(simpleName("StoredBlock"))
                              .or(assignableTo(dev.firesteel.storage.BlockId.class)))));

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
