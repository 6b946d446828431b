import Arrays
import Tensors
import Testing

@Suite struct WatchTests {
  private struct Layers: TensorTree {
    var first = Layer()
    var second = Layer()
  }

  private struct Layer: TensorTree {
    var weight: Tensor = [1, 2]
  }

  private static func loss(_ layers: Layers) -> Tensor {
    (log(layers.first.weight) * layers.second.weight).sum()
  }

  @Test func seesForwardAndBackwardByLayer() {
    var seen: [String] = []
    let layers = Layers()
    let watch = Watch(layers) { seen.append("\($0.phase.rawValue) \($0.layer) \($0.name)") }
    let plain = gradient(of: layers, WatchTests.loss)
    let watched = watch { gradient(of: layers, WatchTests.loss) }
    #expect(
      watched.first.weight.scalars(as: Float.self) == plain.first.weight.scalars(as: Float.self))
    let forward = ["forward first log", "forward second multiply", "forward second sum"]
    #expect(Array(seen.prefix(3)) == forward)
    #expect(seen.contains("backward second multiply"))
    #expect(seen.contains("backward first divide"))
    #expect(!Watch.isActive)
  }

  @Test func runsCompiledFunctionsAsTheyAreWritten() {
    let doubled = compile { (x: Tensor) in x * 2 + 1 }
    var seen: [String] = []
    let watch = Watch(Layers()) { seen.append($0.name) }
    let x: Tensor = [1, 2, 3]
    let watched = watch { doubled(x) }
    #expect(watched.scalars(as: Float.self) == doubled(x).scalars(as: Float.self))
    #expect(seen.count == 2)
  }

  @Test func doesNotWatchItself() {
    var count = 0
    let watch = Watch(Layers()) { _ in
      count += 1
      _ = Tensor.ones([2]) + 1
    }
    _ = watch { Tensor.ones([2]) }
    #expect(count == 1)
  }

  @Test func findsParametersWithoutAGradient() {
    let paths = unreachedParameters(of: Layers()) { $0.second.weight.sum() }
    #expect(paths == ["first.weight"])
    #expect(unreachedParameters(of: Layers()) { _ in Tensor.ones([]) }.count == 2)
  }
}
