import Myelin
import Testing

@Suite struct NonFiniteOriginTests {
  struct Probe: Module {
    var input = Linear(4, 8)
    var head = Linear(8, 3)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var forward: @Sendable (Probe, Tensor) -> Tensor = { $0.head(relu($0.input($1))) }
    var loss: @Sendable (Tensor) -> Tensor = { $0.mean() }
    /// Operation, layer and phase; nil where nothing is wrong.
    let origin: (operation: String, layer: String, phase: String)?
    var pullback: String?
    /// Where it became NaN; not looked at where nothing is said.
    var later: String?

    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "sound", origin: nil),
    Case(
      name: "logarithm of zero", forward: { log(relu($0.head(relu($0.input($1))) - 100)) },
      origin: ("log", "head", "forward")),
    Case(
      name: "overflow in a layer", forward: { $0.head(exp($0.input($1) * 0 + 100)) },
      origin: ("exp", "input", "forward")),
    Case(
      name: "infinity less infinity",
      forward: { model, x in
        let y = exp(model.input(x) * 0 + 100)
        return model.head(y - y)
      }, origin: ("exp", "input", "forward"), later: "subtract in input"),
    Case(
      name: "in the loss", loss: { (($0 - $0) / ($0 - $0)).mean() },
      origin: ("divide", "loss", "forward")),
    Case(
      name: "in the derivative alone", forward: { $0.head(sqrt(square($0.input($1)) * 0)) },
      origin: ("divide", "input", "backward"), pullback: "sqrt"),
    Case(
      name: "masked, which is meant",
      forward: { model, x in
        let scores = model.head(model.input(x))
        let mask = (scores.detached() * 0 + Tensor([1, 0, 1] as [Float])) .> 0
        return softmax(`where`(mask, scores, .full(scores.shape, -.infinity)))
      }, origin: nil),
    Case(
      name: "masked altogether",
      forward: { model, x in
        let scores = model.head(model.input(x))
        return softmax(scores - .full(scores.shape, .infinity)) + scores * 0
      }, origin: ("softmax", "head", "forward")),
  ]

  private func objective(_ probe: Case) -> Objective<Probe, SampleBatch> {
    Objective(
      forward: { probe.forward($0, $1.inputs) }, loss: { output, _ in probe.loss(output) },
      targets: { $0.targets })
  }

  @Test(arguments: cases)
  func followsBack(_ probe: Case) throws {
    let origin = NonFiniteOrigin(Probe(), smallBatch(8), objective(probe))
    guard let expected = probe.origin else {
      #expect(origin == nil, "\(String(describing: origin))")
      return
    }
    let found = try #require(origin)
    #expect(found.operation == expected.operation, "\(found)")
    #expect(found.layer == expected.layer, "\(found)")
    #expect(found.phase == expected.phase, "\(found)")
    #expect(found.pullback == probe.pullback, "\(found)")
    if let later = probe.later { #expect(found.laterNaN == later, "\(found)") }
    #expect(found.output.nanCount + found.output.infinityCount > 0)
    #expect(found.finding.kind == .nonFiniteOrigin)
  }

  @Test func namesWhatWasBadBefore() throws {
    let objective = objective(NonFiniteOriginTests.cases[0])
    var model = Probe()
    model.head.weight = model.head.weight / 0
    var origin = try #require(NonFiniteOrigin(model, smallBatch(8), objective))
    #expect(origin.output.path == "head.weight")
    #expect(origin.operation.isEmpty)
    let batch = smallBatch(8)
    origin = try #require(
      NonFiniteOrigin(
        Probe(), SampleBatch(inputs: batch.inputs / 0, targets: batch.targets), objective))
    #expect(origin.output.path == "inputs")
    #expect("\(origin)".hasPrefix("already in inputs float32 [8, 4]"), "\(origin)")
  }

  private struct Shifted: Module {
    var input = Linear(4, 3)
    @Buffer var shift = Tensor.zeros([3])
    @Buffer var unread = Tensor.full([3], .infinity)
  }

  /// A buffer that is infinite is an origin where the step reads it, and nothing is wrong otherwise.
  @Test func tellsBuffersThatAreReadFromOthers() throws {
    func objective(
      _ forward: @escaping @Sendable (Shifted, Tensor) -> Tensor
    ) -> Objective<Shifted, SampleBatch> {
      Objective(
        forward: { forward($0, $1.inputs) }, loss: { output, _ in output.mean() },
        targets: { $0.targets })
    }
    var model = Shifted()
    let add = objective { $0.input($1) + $0.shift }
    #expect(NonFiniteOrigin(model, smallBatch(8), add) == nil)
    let divide = objective { $0.input($1) / ($0.shift * 0) }
    #expect(NonFiniteOrigin(model, smallBatch(8), divide)?.operation == "divide")
    model.shift = .full([3], .nan)
    let origin = try #require(NonFiniteOrigin(model, smallBatch(8), add))
    #expect(origin.operation.isEmpty && origin.output.path == "shift", "\(origin)")
  }

  @Test func looksAtTheUpdate() throws {
    let objective = objective(NonFiniteOriginTests.cases[0])
    let origin = try #require(
      NonFiniteOrigin(
        Probe(), smallBatch(8), objective, optimizer: SGD(learningRate: .greatestFiniteMagnitude)))
    #expect(origin.phase == "update")
  }
}
