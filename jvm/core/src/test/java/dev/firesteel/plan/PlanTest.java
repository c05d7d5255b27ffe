package dev.firesteel.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.ClosureId;
import dev.firesteel.lineage.Language;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Plans know their own children, so that nobody else has to. */
class PlanTest {

  @Test
  void theChildrenOfEveryNodeAreTheSourcesInIt() throws ReflectiveOperationException {
    Set<Class<?>> seen = new HashSet<>();
    for (int seed = 0; seed < 300; seed++) {
      Sink sink = new PlanDrawing(seed).sink(4);
      List<Plan> all = new ArrayList<>(sink.source().nodes());
      all.add(sink);
      for (Plan node : all) {
        seen.add(node.getClass());
        assertThat(node.children()).as("%s", node).isEqualTo(sourcesIn(node));
      }
    }
    Set<Class<?>> kinds = new HashSet<>(List.of(Source.class.getPermittedSubclasses()));
    kinds.addAll(List.of(Sink.class.getPermittedSubclasses()));
    assertThat(seen).as("kinds that were drawn").isEqualTo(kinds);
  }

  private static List<Object> sourcesIn(Plan node) throws ReflectiveOperationException {
    List<Object> sources = new ArrayList<>();
    for (RecordComponent component : node.getClass().getRecordComponents()) {
      Object value = component.getAccessor().invoke(node);
      List<?> values = value instanceof List<?> list ? list : List.of(String.valueOf(value));
      if (value instanceof Source source) {
        sources.add(source);
      } else {
        values.stream().filter(Source.class::isInstance).forEach(sources::add);
      }
    }
    return sources;
  }

  @Test
  void nodesComeAfterTheirChildrenFromLeftToRight() {
    Source one = new Source.Range("1", "1", 1);
    Source two = new Source.Range("2", "1", 1);
    Source zip = new Source.Zip(one, two);
    Source three = new Source.Range("3", "1", 1);
    Source chain = new Source.Chain(List.of(zip, three));
    assertThat(chain.nodes()).containsExactly(one, two, zip, three, chain);
  }

  @Test
  void aHalfEndsAtTheCrossingsBelowIt() {
    Source inPython = new Source.Pipeline(new Source.Empty(), new ClosureId(0, 1), 0);
    Source crossing = new Source.Crossing(inPython, Language.PYTHON, 0);
    Source inJava = new Source.Pipeline(crossing, new ClosureId(0, 2), 0);
    assertThat(inJava.half()).containsExactly(crossing, inJava);
    assertThat(inJava.nodes()).containsExactly(new Source.Empty(), inPython, crossing, inJava);
  }
}
