import { ref } from 'vue'

/** undefined: not asked yet; null: nobody is logged in. */
export const person = ref<{ readonly name: string } | null | undefined>(undefined)
