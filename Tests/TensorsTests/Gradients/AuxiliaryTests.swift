import Arrays
import Tensors
import Testing

/// What a gradient closure gives beside the number that is differentiated.
@Suite struct AuxiliaryTests {
  struct Model: TensorTree {
    var weight = Tensor(2.0)
    @Buffer var calls = Tensor(0.0)

    func callAsFunction(_ x: Tensor) -> Tensor {
      $calls.setNext($calls.latest + 1)
      return weight * x
    }
  }

  @Test func comesOutAsAConstant() {
    var model = Model()
    let (value, prediction, slope) = valueAndGradient(of: &model) { model in
      let prediction = model(Tensor([1, 2] as [Double]))
      return ((prediction * prediction).sum(), prediction)
    }
    #expect(value.item() == 20)
    #expect(prediction.scalars() == [2.0, 4])
    #expect(!prediction.isTracked)
    #expect(slope.weight.item() == 20)
    #expect(model.calls.item() == 1)
  }

  @Test func mayBeAnyTreeOfAValueToo() {
    let model = Model()
    let result = valueAndGradient(of: model) { ($0(Tensor(3.0)), ["model": [$0]]) }
    let kept = result.auxiliary["model"]?.first
    #expect(result.gradient.weight.item() == 3)
    #expect(kept?.weight.isTracked == false)
    #expect(kept?.$calls.latest.item() == 0, "the buffer's next value was the closure's")
  }

  @Test func isDifferentiatedByAnOuterClosure() {
    let slope = gradient(of: Tensor(3.0)) { x in
      let (_, cube, slope) = valueAndGradient(of: x) { ($0 * $0, $0 * $0 * $0) }
      return slope + cube
    }
    #expect(slope.item() == 2 + 27)
  }

  @Test func errorsPassThrough() {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) {
      try valueAndGradient(of: Tensor(1.0)) { _ -> (Tensor, Tensor) in throw Refusal() }
    }
  }
}
