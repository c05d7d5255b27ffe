package dev.firesteel.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.types.function.MapFunction;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closure files: what was written comes back, afresh each time, and nothing else passes. */
class ClosureFileTest {
  @TempDir Path directory;

  private static final ClassLoader LOADER = ClosureFileTest.class.getClassLoader();

  private static Closure closure(PartitionFunction function) {
    return new Closure(List.of(new Step("map", "map at App.java:1", function)));
  }

  @Test
  void aFunctionComesBackAndStartsAfreshEachTime() throws Exception {
    List<Object> seen = new ArrayList<>();
    MapFunction<Object, Object> function =
        record -> {
          seen.add(record);
          return seen.size();
        };
    Path path = directory.resolve("closure_1_2");
    ClosureFile.write(path, "closure_1_2", ClosureFile.serialize(closure(Functions.map(function))));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    byte[] bytes = ClosureFile.read(path, "closure_1_2");
    for (int i = 0; i < 2; i++) {
      Closure found = ClosureFile.deserialize(bytes, Closure.class, LOADER);
      Iterator<?> made = Steps.run(found.steps(), Tasks.task(), 0, List.of("a", "b").iterator());
      assertThat(made.next()).isEqualTo(1);
      assertThat(made.next()).isEqualTo(2);
    }
    assertThat(seen).isEmpty();
  }

  @Test
  void theOtherClosuresComeBackToo() throws Exception {
    Combiner combiner =
        new Combiner(x -> x, (a, b) -> (Long) a + (Long) b, (a, b) -> a, "reduceByKey at A:1");
    Combiner found =
        ClosureFile.deserialize(ClosureFile.serialize(combiner), Combiner.class, LOADER);
    assertThat(found.mergeValue().call(1L, 2L)).isEqualTo(3L);
    Partitioning partitioning = new Partitioning(key -> 4, "partitionBy at A:2");
    assertThat(
            ClosureFile.deserialize(ClosureFile.serialize(partitioning), Partitioning.class, LOADER)
                .function()
                .call("x"))
        .isEqualTo(4);
    @SuppressWarnings({"unchecked", "rawtypes"})
    SortOrder order = new SortOrder(null, (Comparator) Comparator.reverseOrder(), "sortBy at A:3");
    SortOrder back = ClosureFile.deserialize(ClosureFile.serialize(order), SortOrder.class, LOADER);
    assertThat(back.comparator().compare(1, 2)).isPositive();
    assertThat(back.site()).isEqualTo("sortBy at A:3");
  }

  @Test
  void whatCannotBeSentIsNamed() {
    Object captured = new Object();
    assertThatThrownBy(
            () -> ClosureFile.serialize(closure((t, p, r) -> List.of(captured).iterator())))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage("java.lang.Object");
  }

  @Test
  void anotherFileIsRefused() throws Exception {
    Path path = directory.resolve("c");
    ClosureFile.write(path, "closure_1_2", ClosureFile.serialize("x"));
    assertThatThrownBy(() -> ClosureFile.write(path, "closure_1_2", new byte[0]))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> ClosureFile.read(path, "closure_1_3"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is damaged, or is not the file of closure_1_3");
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length - 1] ^= 1;
    Files.write(path, bytes);
    assertThatThrownBy(() -> ClosureFile.read(path, "closure_1_2"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is damaged");
    Files.write(path, new byte[] {'F', 'S', 'C', '1', 0, 0, 0, 0, 0});
    assertThatThrownBy(() -> ClosureFile.read(path, "closure_1_2"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no file of a closure in Java");
    assertThatThrownBy(
            () -> ClosureFile.deserialize(ClosureFile.serialize("x"), Closure.class, LOADER))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is java.lang.String");
  }

  /** Something that another class loader defines again. */
  static final class Marker implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void classesComeFromTheApplicationsLoader() throws Exception {
    byte[] bytes = ClosureFile.serialize(new Marker());
    ClassLoader own =
        new ClassLoader(LOADER) {
          @Override
          public Class<?> loadClass(String name) throws ClassNotFoundException {
            if (!name.equals(Marker.class.getName())) {
              return super.loadClass(name);
            }
            try (var in = LOADER.getResourceAsStream(name.replace('.', '/') + ".class")) {
              Class<?> known = findLoadedClass(name);
              byte[] code = in.readAllBytes();
              return known != null ? known : defineClass(name, code, 0, code.length);
            } catch (IOException e) {
              throw new ClassNotFoundException(name, e);
            }
          }
        };
    Object found = ClosureFile.deserialize(bytes, Serializable.class, own);
    assertThat(found.getClass().getName()).isEqualTo(Marker.class.getName());
    assertThat(found.getClass().getClassLoader()).isSameAs(own);
  }
}
