import Myelin
import Testing

@Suite struct TensorDigestTests {
  @Test func tellsTensorsApart() throws {
    let numbers = (0..<37).map { Float($0) }
    let tensors: [(String, Tensor)] = [
      ("itself", Tensor(numbers)),
      ("another shape", Tensor(numbers, shape: [37, 1])),
      ("another element type", Tensor(numbers.map(Double.init))),
      ("one bit of the last number", Tensor(numbers.dropLast() + [numbers[36].nextUp])),
      ("one bit of the first", Tensor([numbers[0].nextUp] + numbers.dropFirst())),
      ("the sign of zero", Tensor([-0.0] + numbers.dropFirst())),
      ("two exchanged", Tensor(Array(numbers.reversed()))),
      ("one less", Tensor(Array(numbers.dropLast()))),
    ]
    let digests = tensors.map { TensorDigest($0.1) }
    #expect(Set(digests).count == tensors.count)
    #expect(digests[0] == TensorDigest(Tensor(numbers)))
  }

  /// The same on every machine: the digest is written to files that are compared elsewhere.
  @Test func isAsItWas() {
    #expect(TensorDigest(Tensor([1, 2, 3] as [Float])).description == "DIGEST")
  }

  @Test func doesNotSeeHowNumbersLie() {
    let tensor = Tensor((0..<6).map { Float($0) }, shape: [2, 3])
    #expect(TensorDigest(tensor.transposed().transposed()) == TensorDigest(tensor))
    #expect(
      TensorDigest(tensor.transposed())
        == TensorDigest(Tensor([0, 3, 1, 4, 2, 5] as [Float], shape: [3, 2])))
  }

  @Test(arguments: ["", "0123456789abcde", "0123456789abcdeg", "0123456789abcdef0"])
  func readsDigitsAlone(_ text: String) {
    #expect(TensorDigest(text) == nil)
  }

  @Test func readsWhatItWrites() {
    let digest = TensorDigest(Tensor([1] as [Float]))
    #expect(TensorDigest(digest.description) == digest)
  }
}
