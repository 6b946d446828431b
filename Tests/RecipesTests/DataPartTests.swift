import Foundation
import Myelin
import Recipes
import Testing

/// What reaches the model of each part of the data.
@Suite(.serialized) struct DataPartTests {
  @Test("windows of training never reach into those of validation and test")
  func keepsTextApart() throws {
    try RecipeFolder.with { folder in
      let context = 16
      // Each token once, so that a token says where it is from.
      let scalars = (0..<2001).compactMap { Unicode.Scalar(0x4E00 + UInt32($0)) }
      let text = String(String.UnicodeScalarView(scalars))
      let file = try folder.write("t.txt", text)
      let data = try PreparedRun(
        .reading(
          """
          data:
            source: {text: {file: '\(file)', context: \(context)}}
            split: {validation: 0.2, test: 0.2, by: shuffled}
          model: {lstm-lm: {width: 2, hidden: 2, layers: 1}}
          training: {batch_size: 7}
          """)
      ).data
      let kept = data.parts.filter { $0.name != "training" }.flatMap(\.places)
      // A first token is the target of the window before it, wherever parts end.
      let secret = Set(kept.flatMap { $0 * context + 1..<($0 + 1) * context })
      var firsts: Set<Int> = []
      for epoch in 0..<5 {
        let stream = data.training.batches(epoch: epoch, from: 0)
        while let batch = try stream.next() {
          let inputs = batch.inputs.scalars(as: Int.self)
          let targets = batch.targets.scalars(as: Int.self)
          #expect(secret.isDisjoint(with: inputs) && secret.isDisjoint(with: targets))
          firsts.formUnion(
            stride(from: 0, to: inputs.count, by: context).map { inputs[$0] % context })
        }
      }
      // Where both neighbours are of training, windows still begin anywhere.
      #expect(firsts.count == context)
    }
  }

  @Test("an example of another size is named, also where batches fit", arguments: [1, 4])
  func checksSizes(batch: Int) throws {
    try RecipeFolder.with { folder in
      let path = try folder.pictures("p", sizes: [8, 8, 8, 8, 8, 8, 12])
      let text = """
        data: {source: {images: {folder: '\(path)', channels: grey}}, order: sequential}
        model: {mlp: {hidden: [4]}}
        training: {epochs: 1, batch_size: \(batch)}
        """
      let error = #expect(throws: DatasetError.self) {
        let prepared = try PreparedRun(.reading(text))
        _ = try prepared.train(in: nil)
      }
      #expect(error?.reason == .wrongShape && error?.file.hasSuffix("006.png") == true)
    }
  }

  @Test("validation and test are looked at before anything is trained")
  func checksParts() throws {
    try RecipeFolder.with { folder in
      let path = try folder.pictures("p", sizes: [8, 8, 8, 8])
      let large = Image(height: 12, width: 12, channels: 1, pixels: Array(repeating: 9, count: 144))
      _ = try folder.write("p/dark/003.png", large.png)
      let text = """
        data:
          source: {images: {folder: '\(path)', channels: grey}}
          split: {validation: 0.25, by: time}
        model: {mlp: {}}
        """
      let error = #expect(throws: DatasetError.self) { try PreparedRun(.reading(text)) }
      #expect(error?.reason == .wrongShape && error?.file.hasSuffix("dark/003.png") == true)
      let skipping = text.replacing("  split", with: "  failures: skip\n  split")
      let validation = try #require(try PreparedRun(.reading(skipping)).data.validation)
      #expect(try validation.batches(epoch: 0, from: 0).next()?.count == 1)
    }
  }

  @Test("a batch of which one example is left borrows another where batch_norm needs two")
  func skipsWithBatchNorm() throws {
    try RecipeFolder.with { folder in
      let path = try folder.pictures("p", sizes: [8, 8, 8, 8, 8])
      // Ten pictures in batches of four: the last has two, of which one is damaged.
      try Data([0x89, 0x50, 1, 2]).write(to: URL(fileURLWithPath: path + "/dark/004.png"))
      let prepared = try PreparedRun(
        .reading(
          """
          data:
            source: {images: {folder: '\(path)', channels: grey}}
            order: sequential
            failures: skip
          model: {mlp: {hidden: [4], batch_norm: true}}
          training: {epochs: 2, batch_size: 4}
          """))
      let stream = prepared.data.training.batches(epoch: 0, from: 0)
      var counts: [Int] = []
      while let batch = try stream.next() { counts.append(batch.count) }
      #expect(counts == [4, 4, 2])
      #expect(try prepared.train(in: nil).ending.reason == .finished)
    }
  }

  @Test("more folds than groups are an error")
  func countsGroups() throws {
    try RecipeFolder.with { folder in
      let csv = try folder.write(
        "t.csv", "a,who,sign\n" + (0..<30).map { "\($0),w\($0 % 3),s\($0 % 2)\n" }.joined())
      func recipe(_ folds: Int) throws -> Recipe {
        try .reading(
          """
          data:
            source: {csv: {file: '\(csv)', target: sign}}
            split: {folds: \(folds), group: who}
          model: {mlp: {}}
          """)
      }
      #expect(try PreparedRun(recipe(3)).data.parts.map(\.places.count) == [20, 0, 10])
      let error = #expect(throws: RecipeError.self) { try PreparedRun(recipe(4)) }
      #expect(error?.description == "test.yaml:3:10: data.split: cuts 3 groups into 4 folds")
    }
  }
}
