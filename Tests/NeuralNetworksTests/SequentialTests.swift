import Myelin
import Testing

/// What can stand between the braces of a `Sequential`, how it is named, and that it is walked in
/// place.
struct SequentialTests {
  private func network(isDeep: Bool, drops: Bool) -> Sequential {
    Sequential {
      Conv2D(1, 4, kernel: 3, padding: 1)
      relu
      for _ in 0..<2 {
        Conv2D(4, 4, kernel: 3, padding: .same, bias: false)
        BatchNorm2D(4)
        tanh
      }
      if drops { Dropout(0.1) }
      if isDeep {
        Residual {
          Conv2D(4, 4, kernel: 1)
          ReLU()
        }
      } else {
        { $0 * 2 }
      }
      Sequential { MaxPool2D(2) }
      { maxPool2D($0, 2) }
      Flatten()
      [Linear(16, 8), Sigmoid()] as [any Layer]
      Linear(8, 3)
    }
  }

  @Test(arguments: [false, true], [false, true])
  func mixesLayersOfAllKinds(_ isDeep: Bool, _ drops: Bool) {
    let network = network(isDeep: isDeep, drops: drops)
    #expect(network(Tensor.ones([2, 1, 8, 8])).shape == [2, 3])
    #expect(network.layers.count == (drops ? 16 : 15))
    let last = network.layers.count - 1
    let names = Set(network.tensors(.parameter).keys)
    var expected: Set = [
      "0.weight", "0.bias", "2.weight", "3.weight", "3.bias", "5.weight", "6.weight", "6.bias",
      "\(last - 2).weight", "\(last - 2).bias", "\(last).weight", "\(last).bias",
    ]
    if isDeep { expected.formUnion(["weight", "bias"].map { "\(drops ? 9 : 8).body.0.\($0)" }) }
    #expect(names == expected)
  }

  @Test func trainsThroughAllOfThem() {
    var network = network(isDeep: true, drops: true)
    let gradient = gradient(of: &network) { $0(Tensor.ones([2, 1, 8, 8])).sum() }
    #expect(gradient.parameters.count == network.parameters.count)
    #expect(gradient.tensors(.parameter)["0.weight"].map { abs($0).sum().item() } != 0)
  }

  @Test func canBeEmptyAndDeep() {
    let x: Tensor = [[1, 2]]
    #expect(Sequential {}(x).scalars(as: Float.self) == [1, 2])
    let deep = Sequential { for _ in 0..<500 { { $0 + 1 } } }
    #expect(deep(x).scalars(as: Float.self) == [501, 502])
  }

  @Test func residualAddsItsInputOrItsShortcut() {
    let x: Tensor = [[1, 2]]
    #expect(Residual { { $0 * 3 } }(x).scalars(as: Float.self) == [4, 8])
    let both = Residual {
      { $0 * 3 }
    } shortcut: {
      { $0 * 10 }
    }
    #expect(both(x).scalars(as: Float.self) == [13, 26])
  }

  /// A visitor finds each parameter's memory unshared, so that an optimizer may write there.
  @Test func isWalkedInPlace() {
    var network = network(isDeep: true, drops: false)
    let visitor = SharingVisitor()
    network.visitTensors(visitor)
    #expect(visitor.shared == [])
  }
}
