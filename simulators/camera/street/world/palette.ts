import { keyOf, randomStream } from '../../../signal.ts'
import type { Texture } from '../engine/mesh.ts'
import { type Random } from '../things/making/chance.ts'
import { awningTexture } from './surfaces/cloth.ts'
import { storeyTexture, wallTexture } from './surfaces/facade.ts'
import { type Ground, groundTexture } from './surfaces/ground.ts'
import { shopTexture } from './surfaces/shop.ts'
import { lightBoxTexture, signTexture } from './surfaces/sign.ts'
import { leavesTexture } from './tree.ts'

const VARIANTS = { ground: 2, storey: 24, shop: 24, wall: 8, sign: 60, leaves: 4, awning: 16, lightBox: 20 }

/** Textures made once and used by many streets: which of them, each street's own randomness says. */
export class Palette {
  readonly #made = new Map<string, Texture>()

  ground(kind: Ground, random: Random): Texture {
    const variant = Math.floor(random() * VARIANTS.ground)
    return this.#one(`${kind}${variant}`, () => groundTexture(kind, variant))
  }

  storey(random: Random): Texture {
    return this.#variant('storey', random, storeyTexture)
  }

  shop(random: Random): Texture {
    return this.#variant('shop', random, shopTexture)
  }

  wall(random: Random): Texture {
    return this.#variant('wall', random, wallTexture)
  }

  sign(random: Random): Texture {
    return this.#variant('sign', random, signTexture)
  }

  lightBox(random: Random): Texture {
    return this.#variant('lightBox', random, lightBoxTexture)
  }

  awning(random: Random): Texture {
    return this.#variant('awning', random, awningTexture)
  }

  leaves(random: Random): Texture {
    return this.#variant('leaves', random, leavesTexture)
  }

  #variant(
    kind: 'storey' | 'shop' | 'wall' | 'sign' | 'leaves' | 'awning' | 'lightBox',
    random: Random,
    make: (random: Random) => Texture,
  ): Texture {
    const variant = Math.floor(random() * VARIANTS[kind])
    return this.#one(`${kind}${variant}`, () => make(randomStream(keyOf(7, kind, variant))))
  }

  #one(name: string, make: () => Texture): Texture {
    const known = this.#made.get(name)
    if (known) return known
    const texture = make()
    this.#made.set(name, texture)
    return texture
  }
}
